package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of TR 5.7, at a proxy that listens.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthenticationTest {

    private TestNode node;
    private TestProxy proxy;

    @BeforeAll
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        var setup = new TestProxy.Setup();
        setup.clock = new StandingClock();
        setup.token = Secret.of("foo");
        proxy = new TestProxy(setup, node.node());
        proxy.leader.to(node.id);
    }

    @AfterAll
    void stop() {
        proxy.close();
        node.close();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "Bearer v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.1535671615, OK",
        "bearer v2.b77158328e80be2984eaf08788419d25f3484eae484aec1297af6bdf1a456610.1535671585, OK",
        "Bearer v2.52a3b9016f46853c225c72b87617ac27109bba8a3068002069ab90e28253a911.1535671585, PERMISSION_DENIED",
        "Bearer v2.ab9e7315aeecf6815fc0df585370157814131acab376f41797ad4ebc4d9a823c.1535671631, PERMISSION_DENIED",
        "Bearer v2.f805bc69ca3aedd99e814b3fb1fc1e6a1094191691480b168a20fad7c2d24557.1535671569, PERMISSION_DENIED",
        "Bearer v2.319b96a3194c1cb2a2e6f1386161aca1c4cda13257fa9df8a328ab6769649bb0.1535671599, PERMISSION_DENIED",
        "Bearer v3.6fec98e8fe494284ce545c4b421799f02b9718b0eadfc3772d027e1ac5d6d569.1535671601, PERMISSION_DENIED",
        "Bearer foo.bar, UNAUTHENTICATED",
        "Basic Zm9v, UNAUTHENTICATED",
        "'', UNAUTHENTICATED",
    })
    void judgesTokens(String header, Status.Code expected) throws Exception {
        var headers = new Metadata();
        if (!header.isEmpty()) {
            headers.put(ProxyCallTest.key("authorization"), header);
        }
        for (var method : new String[] {TestProxy.READ, "x.Y/Z"}) {
            var status = proxy.open(method, headers, CallOptions.DEFAULT).all().send("x").halfClose().status();
            boolean unknown = method.equals("x.Y/Z") && expected == Status.Code.OK;
            assertThat(status.getCode()).isEqualTo(unknown ? Status.Code.UNIMPLEMENTED : expected);
        }
    }

    @Test
    void refusalsHavePraefectsTexts() throws Exception {
        var status = proxy.open(TestProxy.READ).all().send("x").halfClose().status();

        assertThat(status.getDescription()).isEqualTo("authentication required");
    }

    @Test
    void healthNeedsNoToken() {
        var health = HealthGrpc.newBlockingStub(proxy.channel);

        var answer = health.check(HealthCheckRequest.getDefaultInstance());

        assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    private static final class StandingClock implements Clock {

        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1535671600);
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(Condition condition, Duration atMost) {
            throw new UnsupportedOperationException();
        }
    }
}
