package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.replication.NodeCallException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apiguardian.api.API;

/// One storage of a Gitaly, as far as repairs need it: repositories are names with a content. It answers the RPCs
/// `ReplicateRepository`, `RemoveRepository`, `GetObjectPool`, `LinkRepositoryToObjectPool` and
/// `DisconnectGitAlternates` in Gitaly's bytes, through [ScriptedNodeCalls].
///
/// **Threads:** any.
@API(status = EXPERIMENTAL, since = "0.1")
public final class ScriptedNode {

    /// Status numbers of gRPC.
    static final int INVALID_ARGUMENT = 3;

    static final int NOT_FOUND = 5;
    static final int FAILED_PRECONDITION = 9;
    static final int UNIMPLEMENTED = 12;
    static final int UNAVAILABLE = 14;

    private final NodeId id;
    private final Map<ReplicaPath, String> repositories = new ConcurrentHashMap<>();
    private final Map<ReplicaPath, ReplicaPath> pools = new ConcurrentHashMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private volatile boolean down;

    /// What a node answers to one call.
    @FunctionalInterface
    public interface Answer {

        /// @return the answer in protobuf
        byte[] to(byte[] request) throws NodeCallException;
    }

    public ScriptedNode(NodeId id) {
        this.id = id;
    }

    public NodeId id() {
        return id;
    }

    /// Puts a repository there, or changes its content.
    public ScriptedNode put(ReplicaPath path, String content) {
        repositories.put(path, content);
        return this;
    }

    /// Deletes a repository behind everybody's back.
    public void lose(ReplicaPath path) {
        repositories.remove(path);
        pools.remove(path);
    }

    /// The content of a repository; empty if there is none.
    public Optional<String> content(ReplicaPath path) {
        return Optional.ofNullable(repositories.get(path));
    }

    /// Makes a repository borrow from an object pool.
    public ScriptedNode link(ReplicaPath path, ReplicaPath pool) {
        pools.put(path, pool);
        return this;
    }

    /// From which object pool a repository borrows; empty if from none.
    public Optional<ReplicaPath> poolOf(ReplicaPath path) {
        return Optional.ofNullable(pools.get(path));
    }

    /// From now on no call is answered: UNAVAILABLE.
    public void goDown() {
        down = true;
    }

    /// Calls are answered again.
    public void comeUp() {
        down = false;
    }

    /// Answers a method by script instead.
    ///
    /// @param method as in `gitaly.RepositoryService/RemoveRepository`
    public ScriptedNode answer(String method, Answer answer) {
        answers.put(method, answer);
        return this;
    }

    /// Refuses a method with a status.
    public ScriptedNode refuse(String method, int code, String text) {
        return answer(method, _ -> {
            throw new NodeCallException(id, code, text);
        });
    }

    byte[] serve(ScriptedNodeCalls.Call call, ScriptedNodeCalls others) throws NodeCallException {
        if (down) {
            throw failure(UNAVAILABLE, "connection refused");
        }
        Answer scripted = answers.get(call.method());
        if (scripted != null) {
            return scripted.to(call.request());
        }
        var request = WireFields.parse(call.request());
        switch (call.method()) {
            case "gitaly.RepositoryService/ReplicateRepository" -> replicate(request, call, others);
            case "gitaly.RepositoryService/RemoveRepository" -> remove(request);
            case "gitaly.ObjectPoolService/GetObjectPool" -> {
                return pool(request);
            }
            case "gitaly.ObjectPoolService/LinkRepositoryToObjectPool" -> link(request);
            case "gitaly.ObjectPoolService/DisconnectGitAlternates" -> pools.remove(own(request.message(1)));
            default -> throw failure(UNIMPLEMENTED, "unknown method " + call.method());
        }
        return new byte[0];
    }

    private void replicate(WireFields request, ScriptedNodeCalls.Call call, ScriptedNodeCalls others)
            throws NodeCallException {
        ReplicaPath target = own(request.message(1));
        WireFields from = request.message(2);
        ScriptedNode source = others.reachedBy(call, from.text(2))
                .orElseThrow(() -> failure(INVALID_ARGUMENT, "gitaly-servers does not name " + from.text(2)));
        if (source.down) {
            throw failure(UNAVAILABLE, "source: connection refused");
        }
        String content = source.content(new ReplicaPath(from.text(3)))
                .orElseThrow(() -> failure(NOT_FOUND, "invalid source repository")); // RT 6.4 d
        repositories.put(target, content);
    }

    private void remove(WireFields request) throws NodeCallException {
        ReplicaPath path = own(request.message(1));
        if (repositories.remove(path) == null) {
            throw failure(NOT_FOUND, "repository does not exist");
        }
        pools.remove(path);
    }

    private byte[] pool(WireFields request) throws NodeCallException {
        ReplicaPath path = own(request.message(1));
        if (!repositories.containsKey(path)) {
            throw failure(NOT_FOUND, "repository not found");
        }
        ReplicaPath pool = pools.get(path);
        if (pool == null) {
            return new byte[0];
        }
        byte[] storage = WireFields.field(2, id.storage().value());
        return WireFields.field(1, WireFields.field(1, storage, WireFields.field(3, pool.value())));
    }

    private void link(WireFields request) throws NodeCallException {
        ReplicaPath pool = own(request.message(1).message(1));
        if (!repositories.containsKey(pool)) {
            throw failure(FAILED_PRECONDITION, "object pool is not a valid git repository");
        }
        pools.put(own(request.message(2)), pool);
    }

    /// The path of a `gitaly.Repository` that must be of this storage.
    private ReplicaPath own(WireFields repository) throws NodeCallException {
        if (!repository.text(2).equals(id.storage().value()) || repository.text(3).isEmpty()) {
            throw failure(INVALID_ARGUMENT, "storage \"" + repository.text(2) + "\" is not mine, or the path is empty");
        }
        return new ReplicaPath(repository.text(3));
    }

    private NodeCallException failure(int code, String text) {
        return new NodeCallException(id, code, text);
    }
}
