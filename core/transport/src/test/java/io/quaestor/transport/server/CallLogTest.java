package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/// Whatever is logged while something is done for a call carries its correlation id (OPS 5.4).
@Timeout(60)
class CallLogTest {

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private TestNode node;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        proxy = new TestProxy(node.node());
        proxy.leader.onOpened = _ -> look("opened");
        proxy.leader.onNodeEnded = _ -> look("node ended");
        proxy.leader.completion = completion -> {
            look("ended");
            completion.pass();
        };
    }

    @AfterEach
    void stop() {
        proxy.close();
        node.close();
    }

    @Test
    void everyStepOfACallIsAboutIt() throws Exception {
        proxy.leader.way = (exchange, rpc, message) -> {
            look("lead");
            exchange.execute(() -> {
                look("execute");
                exchange.later(Duration.ofMillis(1), () -> {
                    look("later");
                    exchange.forward(proxy.leader.forwarding(message, node.id));
                    look("forwarded");
                });
            });
        };

        call("one").all().send("x").halfClose().status();

        assertThat(seen)
                .containsExactly(
                        "lead one", "execute one", "later one", "opened one", "forwarded one", "node ended one", "ended one");
    }

    @Test
    void callsOnOneEventLoopAreNotMixedUp() throws Exception {
        node.script = TestNode.hang();
        proxy.leader.to(node.id);
        var first = call("one").all().send("x").halfClose();
        node.call();
        var second = call("two").all().send("x").halfClose();
        node.call();
        seen.clear();

        first.call.cancel("enough", null);
        assertThat(next()).isEqualTo("node ended one");
        assertThat(next()).isEqualTo("ended one");
        second.call.cancel("enough", null);
        assertThat(next()).isEqualTo("node ended two");
        assertThat(next()).isEqualTo("ended two");
        proxy.loops.get(0).submit(() -> look("between")).get();

        assertThat(next()).isEqualTo("between null");
    }

    private TestCall call(String correlationId) {
        var headers = new Metadata();
        headers.put(ProxyCallTest.key("x-gitlab-correlation-id"), correlationId);
        return proxy.open(TestProxy.READ, headers, CallOptions.DEFAULT);
    }

    private void look(String step) {
        seen.add(step + " " + MDC.get("correlation_id"));
    }

    private String next() throws InterruptedException {
        return seen.poll(10, TimeUnit.SECONDS);
    }
}
