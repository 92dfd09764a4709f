package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.client.Node;
import io.quaestor.transport.client.NodeSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nodes beside the first leave, by themselves or because the coordinator says so; the first goes on (P3).
@Timeout(60)
class NodesThatLeaveTest {

    private static final byte[] CHUNK = new byte[128 * 1024]; // as Gitaly's streams send it
    private static final int BOUND = 1 << 20;

    /// For a call to end by itself.
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofMinutes(10);

    private TestNode first;
    private TestNode second;
    private TestNode third;
    private ServerSocket muteSocket;
    private NodeId mute;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        third = new TestNode("gitaly-3");
        first.script = TestNode.count();
        second.script = TestNode.count();
        third.script = TestNode.count();
        muteSocket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        mute = NodeId.of("default", "mute");
        var setup = new TestProxy.Setup();
        setup.limits = new FanOutLimits(BOUND, NEVER);
        var normal = NodeSettings.DEFAULT;
        setup.nodeSettings = new NodeSettings(
                NEVER, normal.retryPeriod(), normal.keepAlive(), normal.keepAliveTimeout(), normal.wire());
        proxy = new TestProxy(
                setup,
                first.node(),
                second.node(),
                third.node(),
                new Node(mute, "tcp://127.0.0.1:" + muteSocket.getLocalPort(), Secret.of("")));
        proxy.leader.to(first.id, second.id, third.id);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        first.close();
        second.close();
        third.close();
        muteSocket.close();
    }

    @Test
    void everyEndIsToldOnceAndBeforeTheEndOfAll() throws Exception {
        second.script = TestNode.end(Status.INTERNAL.withDescription("disk full"), new Metadata());

        proxy.open(TestProxy.UPLOAD).all().send("x").halfClose().status();

        var news = List.copyOf(proxy.leader.news);
        assertThat(news).hasSize(5).startsWith("opened").endsWith("ended");
        assertThat(news).contains("ended gitaly-1", "ended gitaly-2", "ended gitaly-3");
        assertThat(proxy.leader.nodeEnds)
                .contains(new DestinationEnd(second.id, StatusCode.INTERNAL, "disk full", true, true));
    }

    @Test
    void nodeThatEndsIsToldWhileTheOthersGoOn() throws Exception {
        second.script = TestNode.end(Status.INTERNAL, new Metadata());
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");

        assertThat(proxy.leader.awaitNodeEnd().node()).isEqualTo(second.id);

        assertThat(proxy.leader.ends).isNotDone();
        call.halfClose();
        assertThat(call.message()).isEqualTo("1");
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void nodeThatDiesInMidStreamIsOutAtOnce() throws Exception {
        second.script = TestNode.hang();
        var call = proxy.open(TestProxy.UPLOAD).all();
        for (int i = 0; i < 20; i++) {
            call.send(CHUNK);
        }
        second.call();

        second.stop();

        for (int i = 0; i < 80; i++) {
            assertThat(call.sendWhenReady(CHUNK, 10_000)).isTrue();
        }
        call.halfClose();
        assertThat(call.message()).isEqualTo("100");
        assertThat(call.status().isOk()).isTrue();
        var end = proxy.leader.awaitNodeEnd();
        assertThat(end.node()).isEqualTo(second.id);
        assertThat(end.status()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(end.reached()).isTrue();
        assertThat(end.answered()).isFalse();
    }

    @Test
    void nodeThatIsStillBeingConnectedHoldsUpNothingSmall() throws Exception {
        proxy.leader.to(first.id, mute);

        var call = proxy.open(TestProxy.UPLOAD).all();
        for (int i = 0; i < BOUND / CHUNK.length; i++) {
            call.send(CHUNK);
        }
        call.halfClose();

        assertThat(call.message()).isEqualTo("8"); // the first node has everything, and has answered
        assertThat(proxy.leader.awaitNodeEnd().node()).isEqualTo(first.id);
        assertThat(call.end).isNotDone();
        proxy.leader.carry(carrier -> carrier.release(mute, "not connected in time", SOON));
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void whatWaitsForANodeThatIsStillBeingConnectedIsBounded() throws Exception {
        first.script = TestNode.read();
        proxy.leader.to(first.id, mute);
        var call = proxy.open(TestProxy.UPLOAD).all();
        for (int i = 0; i < 100; i++) {
            call.send(CHUNK);
        }
        var atFirst = first.call();
        int bounded = BOUND / CHUNK.length;
        for (int i = 0; i < bounded; i++) {
            atFirst.message();
        }

        second.script = TestNode::echo;
        proxy.leader.to(second.id);
        for (int i = 0; i < 100; i++) {
            proxy.unary("other calls go on".getBytes());
        }
        assertThat(atFirst.messages).hasSizeLessThanOrEqualTo(1); // one that was asked for before
        proxy.leader.carry(carrier -> carrier.release(mute, "not connected in time", SOON));

        for (int i = bounded; i < 100; i++) {
            atFirst.message();
        }
        assertThat(proxy.leader.nodeEnds)
                .contains(new DestinationEnd(mute, StatusCode.UNAVAILABLE, "not connected in time", false, false));
    }

    @Test
    void coordinatorReleasesOneNodeAndTheOthersGoOn() throws Exception {
        second.script = TestNode.hang();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atSecond = second.call();

        proxy.leader.carry(carrier -> carrier.release(second.id, "did not vote in time", SOON));

        assertThat(atSecond.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitNodeEnd())
                .isEqualTo(new DestinationEnd(
                        second.id, StatusCode.UNAVAILABLE, "did not vote in time", true, false));
        call.halfClose();
        assertThat(call.status().isOk()).isTrue();
        assertThat(third.call().halfClosed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.news).containsOnlyOnce("ended gitaly-2");
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void nodeThatIsReleasedBeforeItsCallIsOpenedIsNotCalled() throws Exception {
        proxy.leader.onOpened = carrier -> carrier.release(second.id, "not wanted", SOON);

        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();

        assertThat(call.status().isOk()).isTrue();
        assertThat(second.calls).isEmpty();
        assertThat(proxy.leader.awaitEnds().get(1))
                .isEqualTo(new DestinationEnd(second.id, StatusCode.UNAVAILABLE, "not wanted", false, false));
        assertThat(proxy.leader.news).startsWith("opened", "ended gitaly-2").endsWith("ended");
    }

    @Test
    void endOfOneNodeMayReleaseAnotherWhileCallsAreBeingOpened() throws Exception {
        var unknown = NodeId.of("default", "gitaly-9");
        proxy.leader.to(first.id, unknown, third.id);
        proxy.leader.onNodeEnded = end -> {
            if (end.node().equals(unknown)) {
                proxy.leader.carrier.join().release(third.id, "one is missing", SOON);
            }
        };

        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();

        assertThat(call.status().isOk()).isTrue();
        assertThat(third.calls).isEmpty();
        assertThat(proxy.leader.news)
                .containsExactly("opened", "ended gitaly-9", "ended gitaly-3", "ended gitaly-1", "ended");
    }

    @Test
    void allNodesMayBeReleasedWhileOneOfThemEnds() throws Exception {
        second.script = TestNode.end(Status.ABORTED, new Metadata());
        first.script = TestNode.hang();
        third.script = TestNode.hang();
        proxy.leader.onNodeEnded = _ -> {
            proxy.leader.carrier.join().release(first.id, "all over", SOON);
            proxy.leader.carrier.join().release(third.id, "all over", SOON);
        };

        var call = proxy.open(TestProxy.UPLOAD).all().send("x");

        assertThat(call.status().getDescription()).isEqualTo("all over");
        assertThat(proxy.leader.awaitEnds()).hasSize(3);
        assertThat(proxy.leader.news).hasSize(5).endsWith("ended");
    }

    @Test
    void endsOfACallThatNeverLeftAreToldOneByOne() throws Exception {
        var led = new CountDownLatch(1);
        proxy.leader.way = (exchange, rpc, message) -> {
            led.countDown();
            Thread.startVirtualThread(() -> {
                while (!exchange.isOver()) {
                    Thread.onSpinWait();
                }
                exchange.execute(() -> exchange.forward(proxy.leader.forwarding(message, first.id, second.id)));
            });
        };
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        assertThat(led.await(10, TimeUnit.SECONDS)).isTrue();

        call.call.cancel("enough", null);

        assertThat(proxy.leader.awaitEnds()).hasSize(2).noneMatch(DestinationEnd::reached);
        assertThat(proxy.leader.news).containsExactly("opened", "ended gitaly-1", "ended gitaly-2", "ended");
    }

    @Test
    void defectOfTheCoordinatorWhileANodeEndsFailsTheCallAndIsStillToldAllEnds() throws Exception {
        second.script = TestNode.end(Status.ABORTED, new Metadata());
        proxy.leader.onNodeEnded = end -> {
            if (end.node().equals(second.id)) {
                throw new IllegalStateException("oops");
            }
        };

        var status = proxy.open(TestProxy.UPLOAD).all().send("x").status();

        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("panic: java.lang.IllegalStateException: oops");
        assertThat(proxy.leader.awaitEnds()).hasSize(3);
    }

    @Test
    void everyNodeGetsItsOwnTransactionAndNotTheClients() throws Exception {
        proxy.leader.headers = Map.of("gitaly-reference-transaction", "ours");
        var headers = new Metadata();
        headers.put(ProxyCallTest.key("gitaly-reference-transaction"), "forged");

        proxy.open(TestProxy.UPLOAD, headers, CallOptions.DEFAULT).all().send("x").halfClose().status();

        for (var node : List.of(first, second, third)) {
            assertThat(node.call().headers.getAll(ProxyCallTest.key("gitaly-reference-transaction")))
                    .containsExactly("ours");
        }
    }

    @Test
    void sidechannelIsOfferedToTheFirstNodeOnly() throws Exception {
        var headers = new Metadata();
        headers.put(ProxyCallTest.key("gitaly-sidechannel-id"), "4");

        proxy.open(TestProxy.UPLOAD, headers, CallOptions.DEFAULT).all().send("x").halfClose().status();

        assertThat(first.call().header("gitaly-sidechannel-id")).isEqualTo("0");
        assertThat(second.call().header("gitaly-sidechannel-id")).isNull();
    }
}
