package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quaestor.admin.Inspection;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.messages.DiskStatisticsRequest;
import io.quaestor.messages.DiskStatisticsResponse;
import io.quaestor.messages.GetRepositoryMetadataRequest;
import io.quaestor.messages.PraefectInfoServiceGrpc;
import io.quaestor.messages.ReadinessCheckRequest;
import io.quaestor.messages.ServerInfoRequest;
import io.quaestor.messages.ServerInfoResponse;
import io.quaestor.messages.ServerServiceGrpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.testkit.fake.RealClock;
import io.quaestor.transport.client.NodeAddress;
import io.quaestor.transport.client.ProxyCallException;
import io.quaestor.transport.client.ProxyClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OwnServicesTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final VirtualStorage SINGLE = new VirtualStorage("single");
    private static final Instant SUSPECT = Instant.parse("2030-01-02T03:04:05.678901Z");
    private static final Instant VERIFIED = Instant.parse("2030-01-01T00:00:00.5Z");

    private final FakeNodes nodes = new FakeNodes();
    private final FakeInspection inspection = new FakeInspection();
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        var groups = new LinkedHashMap<VirtualStorage, ClusterView.Group>();
        groups.put(DEFAULT, new ClusterView.Group(List.of(new StorageName("g1"), new StorageName("g2")), 0));
        groups.put(SINGLE, new ClusterView.Group(List.of(new StorageName("g3")), 0));
        var view = new ClusterView(groups, Set.of());
        var threads = Thread.ofVirtual().factory();
        var setup = new TestProxy.Setup();
        setup.token = Secret.of("secret");
        setup.services = List.of(
                new ServerInfoService(nodes, () -> view, threads, Duration.ofSeconds(5)),
                new RepositoryMetadataService(inspection, threads));
        proxy = new TestProxy(setup);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void serverInfoNamesVirtualStorages() {
        var answer = servers().serverInfo(ServerInfoRequest.getDefaultInstance());

        assertThat(answer.getServerVersion()).isEqualTo("19.1 of g1");
        assertThat(answer.getStorageStatusesList()).hasSize(2);
        assertThat(answer.getStorageStatuses(0).getStorageName()).isEqualTo("default");
        assertThat(answer.getStorageStatuses(0).getReplicationFactor()).isEqualTo(2);
        assertThat(answer.getStorageStatuses(0).getFilesystemId()).isEqualTo(nameBased("default"));
        assertThat(answer.getStorageStatuses(1).getStorageName()).isEqualTo("single");
        assertThat(answer.getStorageStatuses(1).getFilesystemId()).isEqualTo("id of g3");
    }

    @Test
    void nodesThatDoNotAnswerAreLeftOut() {
        nodes.dead = Set.of("g1", "g3");

        var info = servers().serverInfo(ServerInfoRequest.getDefaultInstance());
        var disks = servers().diskStatistics(DiskStatisticsRequest.getDefaultInstance());

        assertThat(info.getServerVersion()).isEqualTo("19.1 of g2");
        assertThat(info.getStorageStatusesList()).singleElement().satisfies(s -> assertThat(s.getStorageName())
                .isEqualTo("default"));
        assertThat(disks.getStorageStatusesList())
                .extracting(DiskStatisticsResponse.StorageStatus::getStorageName)
                .containsExactly("g2");
    }

    @Test
    void diskStatisticsNameEveryStorageOnce() {
        var answer = servers().diskStatistics(DiskStatisticsRequest.getDefaultInstance());

        assertThat(answer.getStorageStatusesList())
                .extracting(DiskStatisticsResponse.StorageStatus::getStorageName)
                .containsExactly("g1", "g2", "g3");
    }

    @Test
    void diskStatisticsOfNobodyAreUnavailable() {
        nodes.dead = Set.of("g1", "g2", "g3");

        assertThatThrownBy(() -> servers().diskStatistics(DiskStatisticsRequest.getDefaultInstance()))
                .hasMessage("UNAVAILABLE: disk statistics: no node answered");
    }

    @Test
    void methodsThatAreNotAnsweredHereGoToTheCoordinator() {
        proxy.leader.way =
                (exchange, rpc, message) -> exchange.fail(new Failure(StatusCode.UNIMPLEMENTED, "not answered"));

        assertThatThrownBy(() -> servers().readinessCheck(ReadinessCheckRequest.getDefaultInstance()))
                .hasMessage("UNIMPLEMENTED: not answered");
    }

    @Test
    void ownServicesNeedAToken() {
        var stub = ServerServiceGrpc.newBlockingStub(proxy.channel);

        assertThatThrownBy(() -> stub.serverInfo(ServerInfoRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("UNAUTHENTICATED: authentication required");
        assertThat(proxy.metered).contains("gitaly.ServerService/ServerInfo UNAUTHENTICATED");
    }

    @Test
    void commandLineAsksWhereARepositoryIs() throws Exception {
        try (var client = client("secret")) {
            var found = client.repository("default", "a.git");

            assertThat(found.id()).isEqualTo(7);
            assertThat(found.replicaPath()).isEqualTo("@cluster/7");
            assertThat(found.primary()).isEqualTo("g1");
            assertThat(found.generation()).isEqualTo(3);
            assertThat(found.replicas()).hasSize(2);
            assertThat(found.replicas().get(0).validPrimary()).isTrue();
            assertThat(found.replicas().get(0).verifiedAt()).contains(VERIFIED);
            assertThat(found.replicas().get(1).generation()).isEqualTo(-1);
            assertThat(found.replicas().get(1).validPrimary()).isFalse();
            assertThat(found.replicas().get(1).verifiedAt()).isEmpty();
            assertThat(found.suspectSince()).isEmpty();
            assertThat(client.repository(7)).isEqualTo(found);
        }
    }

    @Test
    void commandLineIsToldSinceWhenARepositoryIsSuspect() throws Exception {
        inspection.suspect = Optional.of(SUSPECT);
        try (var client = client("secret")) {
            assertThat(client.repository(7).suspectSince()).contains(SUSPECT);
        }
    }

    @Test
    void commandLineIsToldWhyThereIsNoAnswer() {
        try (var client = client("secret")) {
            assertThatThrownBy(() -> client.repository(8))
                    .isInstanceOfSatisfying(ProxyCallException.class, e -> assertThat(e.code())
                            .isEqualTo(StatusCode.NOT_FOUND))
                    .hasMessage("repository not found");
            inspection.failure = DatastoreUnavailableException.unchanged("connection refused", new IOException());
            assertThatThrownBy(() -> client.repository(7))
                    .isInstanceOfSatisfying(ProxyCallException.class, e -> assertThat(e.code())
                            .isEqualTo(StatusCode.UNAVAILABLE))
                    .hasMessage("get metadata: connection refused");
        }
        try (var client = client("wrong")) {
            assertThatThrownBy(() -> client.repository(7))
                    .isInstanceOfSatisfying(ProxyCallException.class, e -> assertThat(e.code())
                            .isEqualTo(StatusCode.PERMISSION_DENIED));
        }
    }

    @Test
    void queryWithoutAKindIsInternalAsInPraefect() {
        var stub = PraefectInfoServiceGrpc.newBlockingStub(proxy.channel)
                .withInterceptors(token());

        assertThatThrownBy(() -> stub.getRepositoryMetadata(GetRepositoryMetadataRequest.getDefaultInstance()))
                .hasMessage("INTERNAL: get metadata: unknown query type: <nil>");
    }

    @Test
    void healthIsServingForTheWholeServerOnly() {
        var health = HealthGrpc.newBlockingStub(proxy.channel);

        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertThatThrownBy(() -> health.check(
                        HealthCheckRequest.newBuilder().setService("x").build()))
                .hasMessageStartingWith("NOT_FOUND");
    }

    private ServerServiceGrpc.ServerServiceBlockingStub servers() {
        return ServerServiceGrpc.newBlockingStub(proxy.channel).withInterceptors(token());
    }

    private static io.grpc.ClientInterceptor token() {
        var headers = new io.grpc.Metadata();
        headers.put(
                ProxyCallTest.key("authorization"),
                io.quaestor.coordinator.TokenSigner.header(
                        Secret.of("secret"), Instant.now().getEpochSecond()));
        return io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private ProxyClient client(String token) {
        return ProxyClient.of(
                NodeAddress.parse("tcp://127.0.0.1:" + proxy.port()),
                Secret.of(token),
                new RealClock(),
                Duration.ofSeconds(10));
    }

    /// Version 5 by another way: Python's `uuid.uuid5(UUID("1ef1a8c6-cf52-4d0a-92a6-ca643e8bc7c5"), "default")`.
    private static String nameBased(String name) {
        assertThat(name).isEqualTo("default");
        return "d9f04423-6b13-5949-9ffa-c06279e0796e";
    }

    private static final class FakeNodes implements NodeCalls {

        volatile Set<String> dead = Set.of();

        @Override
        public byte[] unary(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit)
                throws NodeCallException {
            var name = node.storage().value();
            assertThat(metadata.get("x-gitlab-correlation-id")).hasSize(26);
            if (dead.contains(name)) {
                throw new NodeCallException(node, 14, "connection refused");
            }
            return switch (method) {
                case "gitaly.ServerService/ServerInfo" -> ServerInfoResponse.newBuilder()
                        .setServerVersion("19.1 of " + name)
                        .addStorageStatuses(ServerInfoResponse.StorageStatus.newBuilder().setStorageName("other"))
                        .addStorageStatuses(ServerInfoResponse.StorageStatus.newBuilder()
                                .setStorageName(name)
                                .setFilesystemId("id of " + name))
                        .build()
                        .toByteArray();
                case "gitaly.ServerService/DiskStatistics" -> DiskStatisticsResponse.newBuilder()
                        .addStorageStatuses(DiskStatisticsResponse.StorageStatus.newBuilder().setStorageName("other"))
                        .addStorageStatuses(DiskStatisticsResponse.StorageStatus.newBuilder().setStorageName(name))
                        .build()
                        .toByteArray();
                default -> throw new AssertionError(method);
            };
        }

        @Override
        public String servers(Set<NodeId> nodes) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class FakeInspection implements Inspection {

        volatile DatastoreUnavailableException failure;
        volatile Optional<Instant> suspect = Optional.empty();

        @Override
        public Optional<Placement> placement(RepositoryKey key) {
            return key.relativePath().equals("a.git") ? placement(new RepositoryId(7)) : Optional.empty();
        }

        @Override
        public Optional<Placement> placement(RepositoryId id) {
            if (failure != null) {
                throw failure;
            }
            if (id.value() != 7) {
                return Optional.empty();
            }
            return Optional.of(new Placement(
                    id,
                    new RepositoryKey(DEFAULT, "a.git"),
                    new ReplicaPath("@cluster/7"),
                    new Generation(3),
                    Optional.of(new StorageName("g1")),
                    suspect,
                    List.of(
                            new Replica(
                                    new StorageName("g1"),
                                    new Generation(3),
                                    true,
                                    true,
                                    true,
                                    false,
                                    Optional.of(VERIFIED)),
                            new Replica(
                                    new StorageName("g2"),
                                    Generation.NONE,
                                    true,
                                    true,
                                    true,
                                    false,
                                    Optional.empty()))));
        }
    }
}
