package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class AccessLogTest {

    private final Lines lines = new Lines();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.quaestor.access");
    private TestNode node;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        node = new TestNode("gitaly-1");
        proxy = new TestProxy(node.node());
        proxy.leader.to(node.id);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        proxy.close();
        node.close();
    }

    @Test
    void oneLineTellsOfEachProxiedCall() throws Exception {
        var headers = new Metadata();
        headers.put(ProxyCallTest.key("x-gitlab-correlation-id"), "abc");
        headers.put(ProxyCallTest.key("client_name"), "gitlab-web");
        headers.put(ProxyCallTest.key("username"), "root");

        proxy.open(TestProxy.READ, headers, CallOptions.DEFAULT).all().send("12345").halfClose().status();

        var line = lines.next();
        assertThat(line.getFormattedMessage()).isEqualTo("finished streaming call with code OK");
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(Lines.keys(line))
                .containsEntry("grpc.service", "gitaly.CommitService")
                .containsEntry("grpc.method", "FindCommit")
                .containsEntry("grpc.request.fullMethod", "/gitaly.CommitService/FindCommit")
                .containsEntry("grpc.code", "OK")
                .containsEntry("grpc.request.payload_bytes", 5L)
                .containsEntry("grpc.response.payload_bytes", 5L)
                .containsEntry("grpc.meta.client_name", "gitlab-web")
                .containsEntry("grpc.meta.deadline_type", "none")
                .containsEntry("grpc.meta.method_type", "unary")
                .containsEntry("grpc.meta.method_operation", "accessor")
                .containsEntry("grpc.meta.method_scope", "repository")
                .containsEntry("username", "root")
                .containsEntry("correlation_id", "abc")
                .containsKeys("grpc.start_time", "grpc.time_ms", "component", "system", "span.kind")
                .doesNotContainKeys("error", "remote_ip");
    }

    @Test
    void failuresAreLouderAndSayWhy() throws Exception {
        node.script = TestNode.end(Status.UNAVAILABLE.withDescription("shutting down"), new Metadata());

        proxy.open(TestProxy.READ).all().send("x").halfClose().status();

        var line = lines.next();
        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(Lines.keys(line)).containsEntry("error", "shutting down").containsEntry("grpc.code", "Unavailable");
    }

    @Test
    void ownCallsAreLoggedAsUnary() throws Exception {
        var answer = HealthGrpc.newBlockingStub(proxy.channel).check(HealthCheckRequest.getDefaultInstance());

        assertThat(answer.isInitialized()).isTrue();
        assertThat(lines.next().getFormattedMessage()).isEqualTo("finished unary call with code OK");
    }

    @Test
    void clientThatGoesIsLoggedOnce() throws Exception {
        node.script = TestNode.hang();
        var call = proxy.open(TestProxy.READ).all().send("x").halfClose();
        node.call();

        call.call.cancel("enough", null);

        assertThat(Lines.keys(lines.next())).containsEntry("grpc.code", "Canceled");
        proxy.leader.awaitEnds();
        assertThat(lines.queue).isEmpty();
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        final BlockingQueue<ILoggingEvent> queue = new LinkedBlockingQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            queue.add(event);
        }

        ILoggingEvent next() throws InterruptedException {
            var line = queue.poll(10, TimeUnit.SECONDS);
            assertThat(line).isNotNull();
            return line;
        }

        static Map<String, Object> keys(ILoggingEvent line) {
            var keys = new TreeMap<String, Object>();
            line.getKeyValuePairs().forEach(pair -> keys.put(pair.key, pair.value));
            return keys;
        }
    }
}
