package io.quaestor.sandbox.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The test vectors of TR 5.7.
class BearerTokenTest {

    private static final Instant NOW = Instant.ofEpochSecond(1535671600);

    private final BearerToken token = new BearerToken("foo");

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
        "Basic Zm9vOmJhcg==, UNAUTHENTICATED",
        "'', UNAUTHENTICATED",
    })
    void headersAreJudgedAsGitalyDoes(String header, Status.Code verdict) {
        assertThat(token.refuse(header, NOW).map(Status::getCode).orElse(Status.Code.OK)).isEqualTo(verdict);
    }

    @Test
    void ownHeaderIsGoodAndHidesTheToken() {
        assertThat(token.refuse(token.header(NOW), NOW)).isEmpty();
        assertThat(token.refuse(null, NOW).orElseThrow().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(token.toString()).doesNotContain("foo");
    }
}
