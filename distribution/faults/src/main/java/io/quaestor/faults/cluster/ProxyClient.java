package io.quaestor.faults.cluster;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quaestor.messages.GetRepositoryMetadataRequest;
import io.quaestor.messages.ListRefsRequest;
import io.quaestor.messages.PraefectInfoServiceGrpc;
import io.quaestor.messages.RefServiceGrpc;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.sandbox.gateway.Gateway;
import io.quaestor.sandbox.gateway.GatewayConfig;
import io.quaestor.sandbox.process.Sandbox;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/// A client of one proxy, and a gateway for `git` that asks the same one.
///
/// **Blocking:** all calls, within their limits. **Threads:** any.
public final class ProxyClient implements AutoCloseable {

    /// For a proxy that is just coming back; one that is there is not waited for.
    private static final Duration CONNECTION = Duration.ofMillis(250);

    private static final Duration QUESTION = Duration.ofSeconds(5);

    private final String name;
    private final Peer peer;
    private final Gateway gateway;

    private ProxyClient(String name, Peer peer, Gateway gateway) {
        this.name = name;
        this.peer = peer;
        this.gateway = gateway;
    }

    static ProxyClient open(Sandbox.Proxy proxy, Wire wire, ThreadFactory threads) throws IOException {
        var gateway = Gateway.start(
                new GatewayConfig(0, proxy.address(), proxy.token(), GatewayConfig.DEFAULT_STORAGE), wire, threads);
        try {
            return new ProxyClient(proxy.name(), wire.dial(proxy.address(), proxy.token()), gateway);
        } catch (IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    /// As the sandbox names it.
    public String name() {
        return name;
    }

    /// Where `git` finds a repository through this proxy.
    public String url(String repository) {
        return "http://127.0.0.1:" + gateway.port() + "/" + repository;
    }

    /// Replaces the value of a reference, if it is still the expected one.
    public Status writeRef(String repository, String reference, String expected, String value, Duration limit)
            throws InterruptedException {
        peer.connect(CONNECTION);
        try {
            var _ = RepositoryServiceGrpc.newBlockingStub(peer.channel())
                    .withDeadlineAfter(limit)
                    .writeRef(WriteRefRequest.newBuilder()
                            .setRepository(repository(repository))
                            .setRef(ByteString.copyFromUtf8(reference))
                            .setRevision(ByteString.copyFromUtf8(value))
                            .setOldRevision(ByteString.copyFromUtf8(expected))
                            .build());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    /// The branches of a repository with their values.
    ///
    /// @return empty if there was no answer
    public Optional<Map<String, String>> branches(String repository) throws InterruptedException {
        peer.connect(CONNECTION);
        try {
            var answers = RefServiceGrpc.newBlockingStub(peer.channel())
                    .withDeadlineAfter(QUESTION)
                    .listRefs(ListRefsRequest.newBuilder()
                            .setRepository(repository(repository))
                            .addPatterns(ByteString.copyFromUtf8("refs/heads/"))
                            .build());
            var branches = new HashMap<String, String>();
            answers.forEachRemaining(answer -> answer.getReferencesList()
                    .forEach(r -> branches.put(r.getName().toStringUtf8(), r.getTarget())));
            return Optional.of(branches);
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /// @return empty if there was no answer
    public Optional<RepositoryState> state(String repository) throws InterruptedException {
        peer.connect(CONNECTION);
        try {
            return Optional.of(RepositoryState.of(PraefectInfoServiceGrpc.newBlockingStub(peer.channel())
                    .withDeadlineAfter(QUESTION)
                    .getRepositoryMetadata(GetRepositoryMetadataRequest.newBuilder()
                            .setPath(GetRepositoryMetadataRequest.Path.newBuilder()
                                    .setVirtualStorage(GatewayConfig.DEFAULT_STORAGE)
                                    .setRelativePath(repository))
                            .build())));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        gateway.close();
        peer.close();
    }

    private static Repository repository(String path) {
        return Repository.newBuilder()
                .setStorageName(GatewayConfig.DEFAULT_STORAGE)
                .setRelativePath(path)
                .build();
    }
}
