package io.quaestor.sandbox.node;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.quaestor.messages.FindDefaultBranchNameRequest;
import io.quaestor.messages.ObjectFormatRequest;
import io.quaestor.messages.RefServiceGrpc;
import io.quaestor.messages.ReplicateRepositoryRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryExistsRequest;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.CallScope;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.PeerDialer;
import io.quaestor.sandbox.rpc.RequestMetadata;
import io.quaestor.sandbox.smarthttp.GitCalls;
import io.quaestor.sandbox.smarthttp.SmartHttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;

/// Makes a repository the same as one on another node, through that node's RPCs alone: git fetches from a loopback
/// address inside of this process, which asks the source as Workhorse would.
///
/// A new repository is built aside and appears in one step. An existing one is fetched into reference by reference:
/// after a kill in the middle some are new and some old, and the next attempt finishes it.
final class Replication {

    /// For questions to the source that it answers from its disk.
    private static final Duration QUESTION = Duration.ofSeconds(30);

    private static final Duration TRANSFER = Duration.ofHours(6);

    private final Storage storage;
    private final Repositories repositories;
    private final RepositoryChanges changes;
    private final Voting voting;
    private final Git git;
    private final PeerDialer dialer;
    private final ThreadFactory threads;

    Replication(
            Storage storage,
            Repositories repositories,
            RepositoryChanges changes,
            Voting voting,
            Git git,
            PeerDialer dialer,
            ThreadFactory threads) {
        this.storage = storage;
        this.repositories = repositories;
        this.changes = changes;
        this.voting = voting;
        this.git = git;
        this.dialer = dialer;
        this.threads = threads;
    }

    /// @throws StatusException `NOT_FOUND` "invalid source repository" if the source does not exist; a proxy forgets
    ///                         that replica then (RT 6.4 d)
    void replicate(ReplicateRepositoryRequest request, CallScope scope)
            throws IOException, InterruptedException, StatusException {
        var voter = voting.ofCall(scope);
        var source = request.getSource();
        var place = storage.path(request.getRepository());
        if (source.getStorageName().isEmpty() || source.getRelativePath().isEmpty()) {
            throw Repositories.invalid("source repository not set");
        }
        if (source.getStorageName().equals(storage.name())) {
            throw Repositories.invalid("repository and source have the same storage");
        }
        var header = RequestMetadata.last(SourceServers.KEY)
                .orElseThrow(() -> Repositories.invalid("metadata " + SourceServers.KEY + " is missing"));
        var server = SourceServers.parse(header).of(source.getStorageName());
        try (var peer = dialer.dial(server.address(), new BearerToken(server.token()))) {
            var facts = ask(peer, source);
            var copy = new Copy(facts, peer, source, scope);
            changes.locks().exclusively(place, () -> {
                if (Storage.isRepository(place)) {
                    update(place, copy, voter);
                } else {
                    create(place, copy, voter);
                }
            });
        }
    }

    /// @param head   where the source's HEAD points; empty if it is detached
    /// @param format `sha1` or `sha256`
    private record Facts(String head, String format) {}

    private record Copy(Facts facts, Peer peer, Repository source, CallScope scope) {}

    private static Facts ask(Peer peer, Repository source) throws StatusException {
        var service = RepositoryServiceGrpc.newBlockingStub(peer.channel());
        var references = RefServiceGrpc.newBlockingStub(peer.channel());
        try {
            var exists = within(service)
                    .repositoryExists(RepositoryExistsRequest.newBuilder()
                            .setRepository(source)
                            .build());
            if (!exists.getExists()) {
                throw invalidSource();
            }
            var format = within(service)
                    .objectFormat(ObjectFormatRequest.newBuilder()
                            .setRepository(source)
                            .build());
            var head = within(references)
                    .findDefaultBranchName(FindDefaultBranchNameRequest.newBuilder()
                            .setRepository(source)
                            .setHeadOnly(true)
                            .build());
            return new Facts(
                    head.getName().toString(StandardCharsets.ISO_8859_1), Repositories.nameOf(format.getFormat()));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                throw invalidSource(); // it went between two questions
            }
            throw e.getStatus().augmentDescription("asking the source").asException();
        }
    }

    private static <S extends AbstractBlockingStub<S>> S within(S stub) {
        return stub.withDeadlineAfter(QUESTION);
    }

    private void create(Path place, Copy copy, Voter voter)
            throws IOException, InterruptedException, StatusException {
        var workshop = storage.workshop();
        try {
            var built = repositories.init(workshop, copy.facts().format());
            fetch(built, copy, Voter.alone());
            changes.publish(built, place, voter);
        } finally {
            Trees.delete(workshop);
        }
    }

    private void update(Path place, Copy copy, Voter voter)
            throws IOException, InterruptedException, StatusException {
        var format = repositories.objectFormat(place);
        var wanted = copy.facts().format();
        if (!format.equals(wanted)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("object formats differ: " + format + " here, " + wanted + " at the source")
                    .asException();
        }
        fetch(place, copy, voter);
    }

    private void fetch(Path repository, Copy copy, Voter voter)
            throws IOException, InterruptedException, StatusException {
        var head = copy.facts().head();
        if (!head.isEmpty() && !repositories.head(repository).equals(Optional.of(head))) {
            changes.pointHead(repository, head, voter);
        }
        var secret = UUID.randomUUID().toString(); // other users of this machine can reach the port as well
        var calls = new GitCalls(copy.peer(), new Metadata(), threads);
        try (var server = SmartHttpServer.start(0, new SourceBackend(secret, calls, copy.source()), threads);
                var hooks = voting.references(voter)) {
            var address = "http://127.0.0.1:" + server.port() + "/" + secret + ".git";
            // not --atomic: it cannot replace a reference `a` by `a/b`, since all names are locked before any goes
            var command = Repositories.in(
                    repository, "fetch", "--quiet", "--prune", "--force", "--update-head-ok", "--no-write-fetch-head",
                    "--no-auto-maintenance", "--no-show-forced-updates", address, "+refs/*:refs/*");
            try (var process = git.start(hooks.on(command))) {
                copy.scope().onCancel(process::kill);
                process.killAfter(TRANSFER);
                process.stdin().close();
                process.stdout().transferTo(OutputStream.nullOutputStream());
                process.awaitSuccess();
            }
        }
    }

    private static StatusException invalidSource() {
        return Status.NOT_FOUND.withDescription("invalid source repository").asException();
    }
}
