package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.client.Node;
import io.quaestor.transport.server.TestNode.Received;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nodes that nobody waits for any more, and that may still be writing.
@Timeout(60)
class ReleasedNodesTest {

    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestNode first;
    private TestNode second;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        first.script = TestNode.count();
        second.script = TestNode.read();
        proxy = new TestProxy(first.node(), second.node());
        proxy.leader.to(first.id, second.id);
    }

    @AfterEach
    void stop() {
        proxy.close();
        first.close();
        second.close();
    }

    @Test
    void releasedNodeIsNotWaitedForAndNotCutOff() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();
        var atSecond = second.call();
        assertThat(call.message()).isEqualTo("1");
        assertThat(call.end).isNotDone();

        proxy.leader.carry(carrier -> carrier.release(second.id, "took too long", NEVER));

        assertThat(call.status().isOk()).isTrue();
        assertThat(proxy.leader.awaitEnds().get(1))
                .isEqualTo(new DestinationEnd(second.id, StatusCode.UNAVAILABLE, "took too long", true, false));
        assertThat(proxy.running).hasValue(1);
        assertThat(atSecond.cancelled.getCount()).isEqualTo(1);

        close(atSecond, Status.OK); // changes nothing any more
        awaitNobodyRunning();
        assertThat(proxy.leader.news).containsExactly("opened", "ended gitaly-1", "ended gitaly-2", "ended");
    }

    @Test
    void releasedNodeGetsNoMoreOfWhatTheClientSends() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("one");
        var atSecond = second.call();
        atSecond.message();

        proxy.leader.carry(carrier -> carrier.release(second.id, "took too long", NEVER));
        proxy.leader.awaitNodeEnd();
        call.send("two").halfClose();

        assertThat(call.message()).isEqualTo("2");
        assertThat(call.status().isOk()).isTrue();
        assertThat(atSecond.messages).isEmpty();
        assertThat(atSecond.halfClosed.getCount()).isEqualTo(1);
    }

    @Test
    void releasedNodeIsCancelledWhenItsLimitIsOver() throws Exception {
        proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();
        var atSecond = second.call();

        proxy.leader.carry(carrier -> carrier.release(second.id, "took too long", Duration.ofMillis(100)));

        assertThat(atSecond.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        awaitNobodyRunning();
        assertThat(proxy.leader.news).containsOnlyOnce("ended gitaly-2");
    }

    @Test
    void releasedNodeThatStillSaysMuchDoesNotWaitForRoom() throws Exception {
        var sent = new AtomicLong();
        first.script = TestNode.stream(new byte[128 * 1024], 512, sent); // 64 MiB
        proxy.leader.to(first.id);
        var call = proxy.open(TestProxy.READ).send("x").halfClose(); // asks for nothing
        first.call();

        proxy.leader.carry(carrier -> carrier.release(first.id, "took too long", NEVER));
        proxy.leader.awaitNodeEnd();
        call.all(); // a client sees no end behind what it has not taken

        assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(call.status().getDescription()).isEqualTo("took too long");
        awaitNobodyRunning();
        assertThat(sent).hasValue(512);
    }

    @Test
    void nodeThatNothingHasReachedIsCancelledInsteadOfReleased() throws Exception {
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var id = NodeId.of("default", "mute");
            var node = new Node(id, "tcp://127.0.0.1:" + mute.getLocalPort(), Secret.of(""));
            try (var other = new TestProxy(first.node(), node)) {
                other.leader.to(first.id, id);
                var call = other.open(TestProxy.UPLOAD).all().send("x").halfClose();
                assertThat(call.message()).isEqualTo("1");

                other.leader.carry(carrier -> carrier.release(id, "took too long", NEVER));

                assertThat(call.status().isOk()).isTrue();
                assertThat(other.leader.awaitEnds().get(1).reached()).isFalse();
                assertThat(other.running).hasValue(0);
            }
        }
    }

    @Test
    void stopWaitsForReleasedNodes() throws Exception {
        var atSecond = release();

        var stopped = CompletableFuture.supplyAsync(() -> stop(LIMIT));
        awaitConnectionsRefused();
        assertThat(stopped).isNotDone();
        close(atSecond, Status.OK);

        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stopCutsOffReleasedNodesAfterItsLimit() throws Exception {
        var atSecond = release();

        assertThat(stop(Duration.ofMillis(100))).isFalse();

        assertThat(atSecond.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        awaitNobodyRunning();
    }

    /// A call that its client has seen the end of, while the second node goes on.
    private Received release() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();
        var atSecond = second.call();
        proxy.leader.carry(carrier -> carrier.release(second.id, "took too long", NEVER));
        assertThat(call.status().isOk()).isTrue();
        return atSecond;
    }

    private boolean stop(Duration limit) {
        try {
            return proxy.server.stop(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitConnectionsRefused() {
        while (proxy.isListening()) {
            Thread.onSpinWait();
        }
    }

    private void awaitNobodyRunning() {
        while (proxy.running.get() > 0) { // the test's own limit ends it
            Thread.onSpinWait();
        }
    }

    private static void close(Received received, Status status) {
        received.call.close(status, new Metadata());
    }
}
