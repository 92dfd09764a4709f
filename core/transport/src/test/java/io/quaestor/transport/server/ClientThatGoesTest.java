package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.StatusCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client that goes in the middle of a write takes nodes with it only where the coordinator lets it.
@Timeout(60)
class ClientThatGoesTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestNode first;
    private TestNode second;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        first.script = TestNode.count();
        second.script = TestNode.count();
        proxy = new TestProxy(first.node(), second.node());
        proxy.leader.to(first.id, second.id);
        proxy.leader.endsWithClient = false;
    }

    @AfterEach
    void stop() {
        proxy.close();
        first.close();
        second.close();
    }

    @Test
    void nodesThatMayBeWritingEndByThemselves() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();
        var atSecond = second.call();

        call.call.cancel("enough", null);

        assertThat(proxy.leader.awaitEnds()).hasSize(2).allMatch(DestinationEnd::isOk);
        assertThat(atFirst.halfClosed.getCount()).isZero();
        assertThat(atSecond.halfClosed.getCount()).isZero();
        assertThat(atFirst.cancelled.getCount()).isEqualTo(1);
        assertThat(proxy.leader.news).startsWith("opened", "gone").endsWith("ended").hasSize(5);
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void answersForNobodyAreDroppedAndHoldNothingUp() throws Exception {
        var sent = new AtomicLong();
        first.script = TestNode.stream(new byte[128 * 1024], 512, sent); // 64 MiB
        var call = proxy.open(TestProxy.UPLOAD).send("x").halfClose(); // asks for nothing
        first.call();

        call.call.cancel("enough", null);

        assertThat(proxy.leader.awaitEnds()).allMatch(DestinationEnd::isOk);
        assertThat(sent).hasValue(512);
    }

    @Test
    void nodesMayStillBeReleasedByTheCoordinator() throws Exception {
        first.script = TestNode.read();
        second.script = TestNode.read();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();
        call.call.cancel("enough", null);
        assertThat(atFirst.halfClosed.await(10, TimeUnit.SECONDS)).isTrue();

        proxy.leader.carry(carrier -> {
            carrier.release(first.id, "too late", Duration.ofMillis(50));
            carrier.release(second.id, "too late", Duration.ofMillis(50));
        });

        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).extracting(DestinationEnd::status).containsOnly(StatusCode.UNAVAILABLE);
    }

    @Test
    void coordinatorIsNotAskedWhenAllNodesHaveEnded() throws Exception {
        var held = new CompletableFuture<Completion>();
        proxy.leader.completion = held::complete;
        var call = proxy.open(TestProxy.UPLOAD).all().send("x").halfClose();
        var completion = held.get(10, TimeUnit.SECONDS);

        call.call.cancel("enough", null);

        assertThat(proxy.metered.poll(10, TimeUnit.SECONDS)).endsWith("CANCELLED");
        completion.pass();
        assertThat(proxy.leader.news).doesNotContain("gone");
    }

    @Test
    void deadlineOfNodesIsLaterByTheMargin() throws Exception {
        var left = new CompletableFuture<Long>();
        first.script = (call, headers) -> {
            left.complete(Context.current().getDeadline().timeRemaining(TimeUnit.SECONDS));
            return TestNode.read().start(call, headers);
        };
        proxy.leader.to(first.id);
        proxy.leader.deadlineMargin = Duration.ofMinutes(5);
        var options = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);

        var call = proxy.open(TestProxy.UPLOAD, new Metadata(), options).all().send("x").halfClose();
        var atFirst = first.call();

        assertThat(left.get(10, TimeUnit.SECONDS)).isBetween(290L, 300L);
        assertThat(call.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        while (!proxy.leader.news.contains("gone")) {
            Thread.onSpinWait();
        }
        atFirst.call.close(Status.OK, new Metadata());
        assertThat(proxy.leader.awaitEnds()).allMatch(DestinationEnd::isOk);
    }

    @Test
    void stopWaitsForNodesAndTheirRecordThoughNoClientDoes() throws Exception {
        var held = new CompletableFuture<Completion>();
        proxy.leader.completion = held::complete;
        first.script = TestNode.read();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();
        call.call.cancel("enough", null);
        assertThat(atFirst.halfClosed.await(10, TimeUnit.SECONDS)).isTrue();

        var stopped = CompletableFuture.supplyAsync(() -> stop(LIMIT));
        while (proxy.isListening()) {
            Thread.onSpinWait();
        }
        assertThat(stopped).isNotDone();
        atFirst.call.close(Status.OK, new Metadata());
        var completion = held.get(10, TimeUnit.SECONDS);
        assertThat(stopped).isNotDone();
        completion.pass();

        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stopCutsOffNodesWithoutAClientAfterItsLimit() throws Exception {
        first.script = TestNode.read();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();
        call.call.cancel("enough", null);
        assertThat(atFirst.halfClosed.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(stop(Duration.ofMillis(100))).isFalse();

        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds().getFirst())
                .isEqualTo(new DestinationEnd(
                        first.id, StatusCode.UNAVAILABLE, "the proxy is stopping", true, false));
    }

    @Test
    void stopThatCutsOffTheClientCutsOffTheNodesAsWell() throws Exception {
        first.script = TestNode.read();
        proxy.open(TestProxy.UPLOAD).all().send("x");
        var atFirst = first.call();

        assertThat(stop(Duration.ofMillis(100))).isFalse();

        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).hasSize(2);
    }

    private boolean stop(Duration limit) {
        try {
            return proxy.server.stop(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
