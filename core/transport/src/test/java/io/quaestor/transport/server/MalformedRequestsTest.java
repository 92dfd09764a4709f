package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.quaestor.admin.Inspection;
import io.quaestor.messages.RefTransactionGrpc;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request to the proxy itself that is no protobuf message is the client's fault, and told so as grpc-go does.
@Timeout(60)
class MalformedRequestsTest {

    /// A field that is longer than its message.
    private static final byte[] MALFORMED = {0x0a, 5, 1};

    private final Logger grpc = Logger.getLogger("io.grpc");
    private final BlockingQueue<LogRecord> said = new LinkedBlockingQueue<>();
    private final Handler ear = new Ear();
    private final FakeVotes votes = new FakeVotes();
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        grpc.addHandler(ear);
        var view = new ClusterView(Map.of(), Set.of());
        var threads = Thread.ofVirtual().factory();
        var setup = new TestProxy.Setup();
        setup.services = List.of(
                new ServerInfoService(
                        new ScriptedNodeCalls(),
                        () -> view,
                        threads,
                        Duration.ofSeconds(5)),
                new RepositoryMetadataService(new NoInspection(), threads),
                new VoteService(() -> votes));
        proxy = new TestProxy(setup);
    }

    @AfterEach
    void stop() {
        grpc.removeHandler(ear);
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gitaly.ServerService/ServerInfo",
                "gitaly.ServerService/DiskStatistics",
                "gitaly.PraefectInfoService/GetRepositoryMetadata",
                "gitaly.RefTransaction/VoteTransaction",
                "gitaly.RefTransaction/StopTransaction",
                "grpc.health.v1.Health/Check",
                "grpc.health.v1.Health/Watch",
            })
    void malformedRequestIsToldFromADefect(String method) throws Exception {
        assertThatThrownBy(() -> TestProxy.unary(proxy.channel, method, MALFORMED))
                .hasMessageStartingWith("INTERNAL: grpc: error unmarshalling request: ");

        assertThat(proxy.metered.take()).isEqualTo(method + " INTERNAL");
        assertThat(said).isEmpty();
    }

    @Test
    void connectionGoesOn() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() ->
                            TestProxy.unary(proxy.channel, "gitaly.RefTransaction/StopTransaction", MALFORMED))
                    .hasMessageStartingWith("INTERNAL: ");
        }

        votes.answer = reply -> reply.stopped();
        var request = StopTransactionRequest.newBuilder().setTransactionId(7).build();
        assertThat(RefTransactionGrpc.newBlockingStub(proxy.channel).stopTransaction(request).isInitialized())
                .isTrue();
        assertThat(HealthGrpc.newBlockingStub(proxy.channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .isInitialized())
                .isTrue();
        assertThat(votes.stops).hasSize(1);
    }

    private static final class NoInspection implements Inspection {

        @Override
        public Optional<Placement> placement(RepositoryKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<Placement> placement(RepositoryId id) {
            return Optional.empty();
        }
    }

    private final class Ear extends Handler {

        @Override
        public void publish(LogRecord line) {
            if (line.getThrown() != null) {
                said.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
