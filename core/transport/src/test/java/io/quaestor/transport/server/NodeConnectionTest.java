package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.quaestor.messages.RepositoryExistsRequest;
import io.quaestor.messages.RepositoryExistsResponse;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.transport.client.GrpcNodeCalls;
import io.quaestor.transport.client.GrpcNodeProbe;
import io.quaestor.transport.client.GrpcReplicaCheck;
import io.quaestor.transport.client.Node;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the proxy does with its connections to nodes.
@Timeout(60)
class NodeConnectionTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String METHOD = "gitaly.RepositoryService/RepositoryExists";

    private TestNode node;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        proxy = new TestProxy(node.node());
        proxy.leader.to(node.id);
    }

    @AfterEach
    void stop() {
        proxy.close();
        node.close();
    }

    @Test
    void nodeThatComesBackIsUsedAtOnce() throws Exception {
        proxy.unary("x".getBytes());
        int port = node.port();
        node.stop();
        assertThat(proxy.lost.poll(10, TimeUnit.SECONDS)).isEqualTo(node.id);
        assertThatThrownBy(() -> proxy.unary("x".getBytes())).hasMessageContaining("UNAVAILABLE: no connection to ");

        try (var back = new TestNode("gitaly-1", port)) {
            long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2500); // a try each second, and slack
            boolean reached = false;
            while (!reached && System.nanoTime() < limit) {
                reached = proxy.open(TestProxy.READ).all().send("x").halfClose().status().isOk();
            }

            assertThat(reached).isTrue();
            assertThat(back.calls).isNotEmpty();
        }
    }

    @Test
    void nodeThatTakesTheConnectionAndSaysNothingFailsCallsInTime() throws Exception {
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var id = NodeId.of("default", "mute");
            var address = "tcp://127.0.0.1:" + mute.getLocalPort();
            try (var other = new TestProxy(new Node(id, address, Secret.of("")))) {
                other.leader.to(id);

                var status = other.open(TestProxy.READ).all().send("x").halfClose().status();

                assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(status.getDescription()).isEqualTo("no connection to default/mute in time");
                assertThat(other.leader.awaitEnds()).allMatch(end -> !end.reached());

                other.leader.news.clear();
                other.leader.way = (exchange, rpc, message) -> {
                    exchange.forward(other.leader.forwarding(message, id));
                    other.leader.news.add("forwarded");
                };
                other.open(TestProxy.READ).all().send("x").halfClose().status();
                assertThat(other.leader.news) // at once, while the next connection is tried
                        .containsExactly("opened", "ended mute", "ended", "forwarded");
            }
        }
    }

    @Test
    void hostNamesAreLookedUp() throws Exception {
        var named = new Node(node.id, "dns:localhost:" + node.port(), Secret.of(""));
        try (var other = new TestProxy(named)) {
            other.leader.to(node.id);

            assertThat(other.unary("x".getBytes())).asString().isEqualTo("x");
        }
    }

    @Test
    void hostNamesThatNobodyKnowsFailCalls() throws Exception {
        var id = NodeId.of("default", "nowhere");
        try (var other = new TestProxy(new Node(id, "tcp://nowhere.invalid:1", Secret.of("")))) {
            other.leader.to(id);

            var status = other.open(TestProxy.READ).all().send("x").halfClose().status();

            assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(other.leader.awaitEnds()).allMatch(end -> !end.reached());
        }
    }

    @Test
    void addressThatCannotBeUsedIsToldWithTheNode() {
        assertThatThrownBy(() -> new TestProxy(new Node(node.id, "tls://gitaly:1", Secret.of(""))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("node default/gitaly-1: TLS to nodes is not supported yet");
    }

    @Test
    void severalEventLoopsHaveConnectionsOfTheirOwn() throws Exception {
        var setup = new TestProxy.Setup();
        setup.loops = 3;
        try (var other = new TestProxy(setup, node.node())) {
            other.leader.to(node.id);
            for (int i = 0; i < 6; i++) {
                var channel = other.connect();
                assertThat(TestProxy.unary(channel, "x".getBytes())).asString().isEqualTo("x");
                channel.shutdownNow();
            }
        }
    }

    @Test
    void nodeIsAskedByTheProxyItself() throws Exception {
        var calls = new GrpcNodeCalls(proxy.nodes);

        var answer = calls.unary(node.id, METHOD, "hello".getBytes(), Map.of("x-key", "v"), LIMIT);

        assertThat(answer).asString().isEqualTo("hello");
        var received = node.call();
        assertThat(received.header("x-key")).isEqualTo("v");
        assertThat(received.header("authorization")).startsWith("Bearer v2.");
    }

    @Test
    void failureOfANodeIsToldToWhoAsked() {
        var calls = new GrpcNodeCalls(proxy.nodes);
        node.script = TestNode.end(Status.NOT_FOUND.withDescription("gone"), new Metadata());

        assertThatThrownBy(() -> calls.unary(node.id, METHOD, new byte[0], Map.of(), LIMIT))
                .isInstanceOfSatisfying(NodeCallException.class, e -> {
                    assertThat(e.code()).isEqualTo(5);
                    assertThat(e.text()).isEqualTo("gone");
                });
    }

    @Test
    void nodeThatDoesNotAnswerIsGivenUpAfterTheLimit() {
        var calls = new GrpcNodeCalls(proxy.nodes);
        node.script = TestNode.hang();

        assertThatThrownBy(() -> calls.unary(node.id, METHOD, new byte[0], Map.of(), Duration.ofMillis(300)))
                .isInstanceOfSatisfying(NodeCallException.class, e -> assertThat(e.code()).isEqualTo(4));
    }

    @Test
    void interruptionCancelsTheCall() throws Exception {
        var calls = new GrpcNodeCalls(proxy.nodes);
        node.script = TestNode.hang();
        var caller = Thread.startVirtualThread(() -> {
            try {
                calls.unary(node.id, METHOD, new byte[0], Map.of(), LIMIT);
            } catch (NodeCallException | InterruptedException _) {
                // what comes to the node is looked at
            }
        });
        var received = node.call();

        caller.interrupt();

        assertThat(received.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(caller.join(LIMIT)).isTrue();
    }

    @Test
    void probeIsTrueOnlyIfTheNodeServes() throws Exception {
        var probe = new GrpcNodeProbe(proxy.nodes);
        node.script = answer(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build().toByteArray());
        assertThat(probe.isServing(node.id, LIMIT)).isTrue();
        node.script =
                answer(HealthCheckResponse.newBuilder().setStatus(ServingStatus.NOT_SERVING).build().toByteArray());
        assertThat(probe.isServing(node.id, LIMIT)).isFalse();
        node.stop();
        assertThat(probe.isServing(node.id, LIMIT)).isFalse();
        assertThat(probe.isServing(NodeId.of("default", "gitaly-9"), LIMIT)).isFalse();
    }

    @Test
    void replicaIsAskedForByStorageAndPath() throws Exception {
        node.script = answer(RepositoryExistsResponse.newBuilder().setExists(true).build().toByteArray());
        var check = new GrpcReplicaCheck(new GrpcNodeCalls(proxy.nodes));

        assertThat(check.exists(node.id, new ReplicaPath("@cluster/1"), LIMIT)).isTrue();

        var asked = RepositoryExistsRequest.parseFrom(node.call().message()).getRepository();
        assertThat(asked.getStorageName()).isEqualTo("gitaly-1");
        assertThat(asked.getRelativePath()).isEqualTo("@cluster/1");
    }

    @Test
    void serversAreNamedWithAddressAndToken() {
        var calls = new GrpcNodeCalls(proxy.nodes);

        var json = new String(Base64.getDecoder().decode(calls.servers(Set.of(node.id, NodeId.of("x", "unknown")))));

        assertThat(json)
                .isEqualTo("{\"gitaly-1\":{\"address\":\"tcp://127.0.0.1:" + node.port()
                        + "\",\"token\":\"node-token\"}}");
    }

    private static TestNode.Script answer(byte[] message) {
        return (call, headers) -> {
            call.request(1);
            return new io.grpc.ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(message);
                    call.close(Status.OK, new Metadata());
                }
            };
        };
    }
}
