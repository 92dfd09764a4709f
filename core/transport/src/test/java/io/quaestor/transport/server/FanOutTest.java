package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.client.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FanOutTest {

    private static final byte[] CHUNK = new byte[128 * 1024]; // as Gitaly's streams send it
    private static final Duration STALL = Duration.ofMillis(300);

    private TestNode first;
    private TestNode second;
    private TestNode third;
    private Node unreachable;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        third = new TestNode("gitaly-3");
        first.script = TestNode.count();
        second.script = TestNode.count();
        third.script = TestNode.count();
        unreachable = new Node(
                NodeId.of("default", "gitaly-4"), "tcp://127.0.0.1:" + TestNode.closedPort(), Secret.of(""));
        var setup = new TestProxy.Setup();
        setup.limits = new FanOutLimits(1 << 20, STALL);
        proxy = new TestProxy(setup, first.node(), second.node(), third.node(), unreachable);
        proxy.leader.to(first.id, second.id, third.id);
    }

    @AfterEach
    void stop() {
        proxy.close();
        first.close();
        second.close();
        third.close();
    }

    @Test
    void everyNodeGetsEveryMessageAndTheFirstAnswers() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all();
        for (int i = 0; i < 40; i++) {
            call.send("m" + i);
        }
        call.halfClose();

        assertThat(call.message()).isEqualTo("40");
        assertThat(call.status().isOk()).isTrue();
        assertThat(call.messages).isEmpty();
        for (var node : List.of(first, second, third)) {
            var received = node.call();
            for (int i = 0; i < 40; i++) {
                assertThat(new String(received.message())).isEqualTo("m" + i);
            }
        }
        assertThat(proxy.leader.awaitEnds()).extracting(DestinationEnd::node).containsExactly(
                first.id, second.id, third.id);
        assertThat(proxy.leader.awaitEnds()).allMatch(DestinationEnd::isOk);
        assertThat(proxy.running).hasValue(0);
    }

    @ParameterizedTest(name = "{0} messages")
    @ValueSource(ints = {1, 19, 100})
    void otherNodeThatEndsEarlyIsOutAtOnce(int count) throws Exception {
        second.script = TestNode.end(Status.INTERNAL.withDescription("disk full"), new Metadata());

        var call = upload(count);

        assertThat(call.message()).isEqualTo(Integer.toString(count));
        assertThat(call.status().isOk()).isTrue();
        var ends = proxy.leader.awaitEnds();
        assertThat(ends.get(0).isOk()).isTrue();
        assertThat(ends.get(1)).isEqualTo(
                new DestinationEnd(second.id, StatusCode.INTERNAL, "disk full", true, true));
        assertThat(ends.get(2).isOk()).isTrue();
    }

    @Test
    void otherNodeThatTakesNothingIsDroppedAndTheOthersGoOn() throws Exception {
        second.script = TestNode.hang();

        var call = upload(200);

        assertThat(call.message()).isEqualTo("200");
        assertThat(call.status().isOk()).isTrue();
        var end = proxy.leader.awaitEnds().get(1);
        assertThat(end.isOk()).isFalse();
        assertThat(end.reached()).isTrue();
        assertThat(end.answered()).isFalse();
        assertThat(end.text()).contains("took nothing");
        assertThat(second.call().cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void slowOtherNodeIsWaitedFor() throws Exception {
        var taken = new CountDownLatch(1);
        second.script = (call, headers) -> {
            var counting = TestNode.count().start(call, headers);
            return new ServerCall.Listener<>() {
                private int count;

                @Override
                public void onMessage(byte[] message) {
                    if (++count == 20) {
                        taken.countDown();
                    }
                    counting.onMessage(message);
                }

                @Override
                public void onHalfClose() {
                    counting.onHalfClose();
                }
            };
        };

        var call = upload(100);

        assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call.message()).isEqualTo("100");
        assertThat(proxy.leader.awaitEnds()).allMatch(DestinationEnd::isOk);
    }

    @Test
    void otherNodeThatCannotBeReachedIsAnEndedOne() throws Exception {
        proxy.leader.to(first.id, unreachable.id());

        var call = upload(30);

        assertThat(call.message()).isEqualTo("30");
        assertThat(call.status().isOk()).isTrue();
        var end = proxy.leader.awaitEnds().get(1);
        assertThat(end.status()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(end.reached()).isFalse();
        assertThat(end.answered()).isFalse();
        assertThat(end.text()).startsWith("no connection to default/gitaly-4: ").contains("refused");
    }

    @Test
    void firstNodeThatCannotBeReachedFailsTheCallAndTheOthersEndAsTheyWill() throws Exception {
        proxy.leader.to(unreachable.id(), second.id);

        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();

        assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(proxy.leader.awaitEnds().get(0).reached()).isFalse();
        assertThat(proxy.leader.awaitEnds().get(1).isOk()).isTrue();
    }

    @Test
    void nodeThatNobodyKnowsIsAnEndedOne() throws Exception {
        proxy.leader.to(NodeId.of("default", "gitaly-9"));

        var status = proxy.open(TestProxy.READ).all().send("x").halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isEqualTo("no connection to default/gitaly-9");
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void firstNodeThatEndsEarlyEndsTheCallThoughTheClientGoesOn() throws Exception {
        proxy.leader.to(first.id);
        first.script = TestNode.end(Status.PERMISSION_DENIED.withDescription("hook said no"), new Metadata());

        var call = proxy.open(TestProxy.UPLOAD).all().send("x"); // no half-close

        assertThat(call.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(call.status().getDescription()).isEqualTo("hook said no");
    }

    @Test
    void connectionThatIsLostIsToldAsUnavailable() throws Exception {
        proxy.leader.to(first.id);
        first.script = TestNode.hang();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        first.call();

        first.stop();

        assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        var end = proxy.leader.awaitEnds().getFirst();
        assertThat(end.reached()).isTrue();
        assertThat(end.answered()).isFalse();
        assertThat(proxy.lost.poll(10, TimeUnit.SECONDS)).isEqualTo(first.id);
    }

    @Test
    void nodesAreCancelledWhenTheClientGoesAndTheirEndsAreCollectedOnce() throws Exception {
        first.script = TestNode.hang();
        second.script = TestNode.hang();
        proxy.leader.to(first.id, second.id);
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();
        var atSecond = second.call();

        call.call.cancel("enough", null);

        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(atSecond.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).hasSize(2).allSatisfy(end -> {
            assertThat(end.status()).isEqualTo(StatusCode.CANCELLED);
            assertThat(end.reached()).isTrue();
            assertThat(end.answered()).isFalse();
        });
        assertThat(proxy.leader.ended).hasValue(1);
        assertThat(proxy.running).hasValue(0);
        assertThat(proxy.metered.poll(10, TimeUnit.SECONDS)).endsWith("CANCELLED");
    }

    @Test
    void endsAreToldEvenIfTheClientWasGoneBeforeTheCallWasForwarded() throws Exception {
        var led = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        proxy.leader.way = (exchange, rpc, message) -> {
            led.countDown();
            Thread.startVirtualThread(() -> {
                while (!exchange.isOver()) {
                    Thread.onSpinWait();
                }
                exchange.execute(() -> {
                    exchange.forward(proxy.leader.forwarding(message, first.id));
                    gone.countDown();
                });
            });
        };
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        assertThat(led.await(10, TimeUnit.SECONDS)).isTrue();

        call.call.cancel("enough", null);

        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).singleElement().satisfies(end -> assertThat(end.reached()).isFalse());
        assertThat(first.calls).isEmpty();
    }

    @Test
    void deadlineReachesTheNodeAndEndsTheCall() throws Exception {
        proxy.leader.to(first.id);
        first.script = TestNode.hang();
        var options = CallOptions.DEFAULT.withDeadlineAfter(700, TimeUnit.MILLISECONDS);

        var call = proxy.open(TestProxy.READ, new Metadata(), options).all().send("x").halfClose();

        var received = first.call();
        assertThat(received.header("grpc-timeout")).isNotNull();
        assertThat(call.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(received.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds().getFirst().answered()).isFalse();
    }

    @Test
    void slowClientHoldsTheNodeBack() throws Exception {
        proxy.leader.to(first.id);
        var sent = new AtomicLong();
        int total = 512; // 64 MiB
        first.script = TestNode.stream(CHUNK, total, sent);
        var call = proxy.open(TestProxy.READ).send("x").halfClose();
        first.call();
        proxy.leader.to(second.id);
        second.script = TestNode::echo;
        for (int i = 0; i < 100; i++) {
            proxy.unary("other calls go on".getBytes());
        }

        assertThat(sent).hasValueBetween(1, total / 4);

        call.all();
        assertThat(call.status().isOk()).isTrue();
        assertThat(call.messages).hasSize(total);
    }

    @Test
    void nodeThatDoesNotReadHoldsTheClientBack() throws Exception {
        proxy.leader.to(first.id);
        first.script = TestNode.hang();
        var call = proxy.open(TestProxy.UPLOAD).all();

        int sent = 0;
        while (sent < 512 && call.sendWhenReady(CHUNK, 1000)) {
            sent++;
        }

        assertThat(sent).isBetween(1, 128);
    }

    private TestCall upload(int count) throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all();
        for (int i = 0; i < count; i++) {
            assertThat(call.sendWhenReady(CHUNK, 10_000)).as("room for message %s", i).isTrue();
        }
        return call.halfClose();
    }
}
