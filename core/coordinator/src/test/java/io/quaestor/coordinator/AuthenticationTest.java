package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.plugin.Secret;
import io.quaestor.testkit.fake.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens of version 2, by the vectors of TR 5.7.
class AuthenticationTest {

    private static final Instant NOW = Instant.ofEpochSecond(1535671600);
    private static final Secret TOKEN = Secret.of("foo");

    private static final String OK = "Bearer v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.1535671615";

    private final ManualClock clock = new ManualClock();
    private final Authentication authentication = new Authentication(TOKEN, true, clock);

    AuthenticationTest() {
        clock.jump(Duration.between(ManualClock.START, NOW));
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        // 15 s in the future, 15 s in the past
        "Bearer v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.1535671615, ",
        "Bearer v2.b77158328e80be2984eaf08788419d25f3484eae484aec1297af6bdf1a456610.1535671585, ",
        "bEARER v2.b77158328e80be2984eaf08788419d25f3484eae484aec1297af6bdf1a456610.1535671585, ",
        // another key
        "Bearer v2.52a3b9016f46853c225c72b87617ac27109bba8a3068002069ab90e28253a911.1535671585, PERMISSION_DENIED",
        // 31 s in the future, 31 s in the past
        "Bearer v2.ab9e7315aeecf6815fc0df585370157814131acab376f41797ad4ebc4d9a823c.1535671631, PERMISSION_DENIED",
        "Bearer v2.f805bc69ca3aedd99e814b3fb1fc1e6a1094191691480b168a20fad7c2d24557.1535671569, PERMISSION_DENIED",
        // the signature of another time
        "Bearer v2.319b96a3194c1cb2a2e6f1386161aca1c4cda13257fa9df8a328ab6769649bb0.1535671599, PERMISSION_DENIED",
        // another version, no number
        "Bearer v3.6fec98e8fe494284ce545c4b421799f02b9718b0eadfc3772d027e1ac5d6d569.1535671601, PERMISSION_DENIED",
        "Bearer v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.soon,       PERMISSION_DENIED",
        "Bearer v2.00.-9223372036854775808,                                                     PERMISSION_DENIED",
        // not of the form
        "Bearer v2.xyz.1535671615, UNAUTHENTICATED",
        "Bearer foo.bar,           UNAUTHENTICATED",
        "Bearer,                   UNAUTHENTICATED",
        "'Bearer ',                UNAUTHENTICATED",
        "'',                       UNAUTHENTICATED",
        "Basic Zm9v,               UNAUTHENTICATED",
    })
    void judgesTheVectors(String header, StatusCode expected) {
        for (int time = 0; time < 2; time++) { // the second verdict is remembered
            assertThat(authentication.check(header).map(Failure::code).orElse(null)).isEqualTo(expected);
        }
    }

    @Test
    void saysWhatPraefectSays() {
        assertThat(authentication.check(null))
                .contains(new Failure(StatusCode.UNAUTHENTICATED, "authentication required"));
        assertThat(authentication.check("Bearer v2.00.1535671600"))
                .contains(new Failure(StatusCode.PERMISSION_DENIED, "permission denied"));
    }

    @Test
    void aVerdictIsRememberedForItsSecondOnly() {
        assertThat(authentication.check(OK)).isEmpty();

        clock.jump(Duration.ofSeconds(46));

        assertThat(authentication.check(OK)).isPresent();
    }

    @Test
    void aHeaderOfOurOwnIsBelieved() {
        assertThat(authentication.check(TokenSigner.header(TOKEN, NOW.getEpochSecond()))).isEmpty();
        assertThat(authentication.check(TokenSigner.header(Secret.of("bar"), NOW.getEpochSecond()))).isPresent();
    }

    @Test
    void anEmptyTokenSignsToo() {
        assertThat(TokenSigner.header(Secret.of(""), 1535671600)).matches("Bearer v2\\.[0-9a-f]{64}\\.1535671600");
    }

    @Test
    void withoutATokenOrInTransitionEverybodyPasses() {
        assertThat(new Authentication(Secret.of(""), true, clock).check(null)).isEmpty();
        assertThat(new Authentication(TOKEN, false, clock).check("Bearer nonsense")).isEmpty();
    }
}
