package io.quaestor.transport.server;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.messages.DiskStatisticsRequest;
import io.quaestor.messages.DiskStatisticsResponse;
import io.quaestor.messages.ServerInfoRequest;
import io.quaestor.messages.ServerInfoResponse;
import io.quaestor.messages.ServerServiceGrpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.replication.NodeCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers for all nodes together: `ServerInfo` and `DiskStatistics` of `gitaly.ServerService` (RT 1.12).
///
/// All nodes are asked at the same time, and one that does not answer is left out; Praefect fails the whole of
/// `DiskStatistics` then.
public final class ServerInfoService implements BindableService {

    private static final Logger LOG = LoggerFactory.getLogger(ServerInfoService.class);

    private static final String SERVICE = ServerServiceGrpc.SERVICE_NAME + "/";

    /// Of the ids by which clients see that two storages are one (RT 1.12).
    private static final UUID NAMESPACE = UUID.fromString("1ef1a8c6-cf52-4d0a-92a6-ca643e8bc7c5");

    private final NodeCalls nodes;
    private final Supplier<ClusterView> view;
    private final ThreadFactory threads;
    private final Duration limit;

    /// @param view  what is configured; asked for each call
    /// @param limit for a node to answer
    public ServerInfoService(
            NodeCalls nodes, Supplier<ClusterView> view, ThreadFactory threads, Duration limit) {
        this.nodes = nodes;
        this.view = view;
        this.threads = threads;
        this.limit = limit;
    }

    @Override
    public ServerServiceDefinition bindService() {
        var methods = new BlockingMethods(threads);
        return BlockingMethods.service(
                ServerServiceGrpc.getServiceDescriptor(),
                methods.unary(ServerServiceGrpc.getServerInfoMethod(), "server info: ", this::serverInfo),
                methods.unary(
                        ServerServiceGrpc.getDiskStatisticsMethod(), "disk statistics: ", this::diskStatistics));
    }

    private ServerInfoResponse serverInfo(ServerInfoRequest request) throws InterruptedException {
        var answers = askAll("ServerInfo", request, ServerInfoResponse.parser());
        var whole = ServerInfoResponse.newBuilder();
        view.get().groups().forEach((virtualStorage, group) -> {
            for (var storage : group.storages()) {
                var answer = answers.get(new NodeId(virtualStorage, storage));
                if (answer == null) {
                    continue;
                }
                var status = of(answer, storage);
                if (status.isPresent()) {
                    if (whole.getServerVersion().isEmpty()) {
                        whole.setServerVersion(answer.getServerVersion()).setGitVersion(answer.getGitVersion());
                    }
                    whole.addStorageStatuses(merged(virtualStorage, group, status.get()));
                    return; // one answer stands for its virtual storage
                }
            }
        });
        return whole.build();
    }

    private static Optional<ServerInfoResponse.StorageStatus> of(ServerInfoResponse answer, StorageName storage) {
        return answer.getStorageStatusesList().stream()
                .filter(s -> s.getStorageName().equals(storage.value()))
                .findFirst();
    }

    private static ServerInfoResponse.StorageStatus merged(
            VirtualStorage virtualStorage, ClusterView.Group group, ServerInfoResponse.StorageStatus one) {
        int count = group.storages().size();
        var merged = one.toBuilder().setStorageName(virtualStorage.name()).setReplicationFactor(count);
        if (count > 1) {
            merged.setFilesystemId(nameBased(virtualStorage.name()).toString());
        }
        return merged.build();
    }

    private DiskStatisticsResponse diskStatistics(DiskStatisticsRequest request)
            throws InterruptedException, StatusException {
        var answers = askAll("DiskStatistics", request, DiskStatisticsResponse.parser());
        if (answers.isEmpty()) {
            throw Status.UNAVAILABLE
                    .withDescription("disk statistics: no node answered")
                    .asException();
        }
        var whole = DiskStatisticsResponse.newBuilder();
        answers.forEach((node, answer) -> answer.getStorageStatusesList().stream()
                .filter(s -> s.getStorageName().equals(node.storage().value()))
                .forEach(whole::addStorageStatuses));
        return whole.build();
    }

    /// Asks every node at once.
    ///
    /// @return the answers in the order of the configuration, without nodes that gave none
    private <A> Map<NodeId, A> askAll(String method, MessageLite request, Parser<A> parser)
            throws InterruptedException {
        byte[] bytes = request.toByteArray();
        var metadata = Map.of(Headers.CORRELATION_ID.name(), OwnCalls.correlationId());
        var asked = new LinkedHashMap<NodeId, CompletableFuture<A>>();
        for (var node : configured()) {
            var answer = new CompletableFuture<A>();
            asked.put(node, answer);
            threads.newThread(() -> answer(answer, () ->
                            parser.parseFrom(nodes.unary(node, SERVICE + method, bytes, metadata, limit))))
                    .start();
        }
        var answers = new LinkedHashMap<NodeId, A>();
        for (var entry : asked.entrySet()) {
            try {
                answers.put(entry.getKey(), entry.getValue().get()); // bounded by the limit of the call
            } catch (ExecutionException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                LOG.atWarn()
                        .addKeyValue("virtual_storage", entry.getKey().virtualStorage())
                        .addKeyValue("storage", entry.getKey().storage())
                        .log("{} left out a node: {}", method, String.valueOf(cause.getMessage()));
            }
        }
        return answers;
    }

    private static <A> void answer(CompletableFuture<A> answer, Callable<A> call) {
        try {
            answer.complete(call.call());
        } catch (Exception | Error e) { // whatever it is: somebody waits for the answer
            answer.completeExceptionally(e);
        }
    }

    private List<NodeId> configured() {
        var all = new ArrayList<NodeId>();
        view.get().groups().forEach((virtualStorage, group) ->
                group.storages().forEach(storage -> all.add(new NodeId(virtualStorage, storage))));
        return all;
    }

    /// A UUID of version 5 (RFC 9562).
    static UUID nameBased(String name) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .array());
            var hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
            long high = (hash.getLong() & ~0xf000L) | 0x5000L;
            long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1", e);
        }
    }
}
