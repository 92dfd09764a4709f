package io.quaestor.runtime.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {

    @ParameterizedTest(name = "{0} is {1} and is written {2}")
    @CsvSource({
        "300ms,   PT0.3S,          300ms",
        "1h30m,   PT1H30M,         1h30m0s",
        "-1.5h,   PT-1H-30M,       -1h30m0s",
        "+2m,     PT2M,            2m0s",
        "168h,    PT168H,          168h0m0s",
        "1us,     PT0.000001S,     1µs",
        "1.5µs,   PT0.0000015S,    1.5µs",
        "1ns,     PT0.000000001S,  1ns",
        ".5s,     PT0.5S,          500ms",
        "1.25s,   PT1.25S,         1.25s",
        "0,       PT0S,            0s",
        "0s,      PT0S,            0s",
    })
    void readsAndWritesAsGoDoes(String text, Duration duration, String canonical) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
        assertThat(GoDuration.format(duration)).isEqualTo(canonical);
        assertThat(GoDuration.parse(canonical)).isEqualTo(duration);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "30,       missing unit in duration \"30\"",
        "1d,       unknown unit \"d\" in duration \"1d\"",
        "1 s,      unknown unit \" s\" in duration \"1 s\"",
        "s,        invalid duration \"s\"",
        "-,        invalid duration \"-\"",
        "1s2,      invalid duration \"1s2\"",
        "3000000h, duration \"3000000h\" is beyond 290 years",
    })
    void saysWhatIsWrongWithADuration(String text, String message) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anEmptyTextIsNoDuration() {
        assertThatThrownBy(() -> GoDuration.parse("")).hasMessage("invalid duration \"\"");
    }
}
