package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.client.Node;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A call that failed, or was given up, at its only node is tried at another one, once, while nobody can tell.
@Timeout(60)
class TriedElsewhereTest {

    private TestNode first;
    private TestNode second;
    private Node unreachable;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        unreachable = new Node(
                NodeId.of("default", "gitaly-4"), "tcp://127.0.0.1:" + TestNode.closedPort(), Secret.of(""));
        proxy = new TestProxy(first.node(), second.node(), unreachable);
    }

    @AfterEach
    void stop() {
        proxy.close();
        first.close();
        second.close();
    }

    @Test
    void readIsTriedElsewhereWhereItsNodeCannotBeReached() throws Exception {
        proxy.leader.to(unreachable.id());
        proxy.leader.instead = second.id;
        second.script = TestNode::echo;

        assertThat(proxy.unary("hello".getBytes())).asString().isEqualTo("hello");

        assertThat(proxy.leader.awaitEnds()).singleElement().satisfies(end -> {
            assertThat(end.node()).isEqualTo(second.id);
            assertThat(end.isOk()).isTrue();
        });
        assertThat(proxy.leader.ended).hasValue(1);
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void readIsTriedElsewhereWhenItsNodeIsGivenUp() throws Exception {
        proxy.leader.to(first.id);
        proxy.leader.instead = second.id;
        first.script = TestNode.hang();
        second.script = TestNode::echo;
        var call = proxy.open(TestProxy.READ).all().send("x").halfClose();
        var atFirst = first.call();

        proxy.leader.carry(carrier -> carrier.giveUp(first.id, "it hangs"));

        assertThat(call.message()).isEqualTo("x");
        assertThat(call.status().isOk()).isTrue();
        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).singleElement().satisfies(end -> assertThat(end.node()).isEqualTo(second.id));
    }

    @Test
    void nodeThatHasBegunToAnswerIsNotGivenUp() throws Exception {
        proxy.leader.to(first.id);
        proxy.leader.instead = second.id;
        first.script = TestNode::echo;
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        assertThat(call.message()).isEqualTo("x");

        proxy.leader.carry(carrier -> carrier.giveUp(first.id, "it hangs"));

        call.halfClose();
        assertThat(call.status().isOk()).isTrue();
        assertThat(second.calls).isEmpty();
    }

    @Test
    void nodeIsNotGivenUpWhenTheClientHasSentMoreThanIsAtHand() throws Exception {
        proxy.leader.to(first.id);
        proxy.leader.instead = second.id;
        first.script = TestNode.count();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x").send("y");
        first.call();
        assertThat(call.sendWhenReady("z".getBytes(), 10_000)).isTrue();

        proxy.leader.carry(carrier -> carrier.giveUp(first.id, "it hangs"));

        call.halfClose();
        assertThat(call.message()).isEqualTo("3");
        assertThat(call.status().isOk()).isTrue();
        assertThat(second.calls).isEmpty();
    }

    @Test
    void readIsNotTriedElsewhereOnceAnAnswerWasPassedOn() throws Exception {
        proxy.leader.to(first.id);
        proxy.leader.instead = second.id;
        first.script = TestNode::echo;
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        assertThat(call.message()).isEqualTo("x");

        first.stop();

        assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(second.calls).isEmpty();
    }
}
