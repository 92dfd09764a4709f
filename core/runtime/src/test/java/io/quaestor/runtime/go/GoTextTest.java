package io.quaestor.runtime.go;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTextTest {

    @Test
    void quotesAsGoDoes() {
        assertThat(GoText.quote("error\n")).isEqualTo("\"error\\n\"");
        assertThat(GoText.quote("a\"b\\ä")).isEqualTo("\"a\\\"b\\\\ä\"");
        assertThat(GoText.quote("\u0000\u001b\u00a0")).isEqualTo("\"\\x00\\x1b\\u00a0\"");
    }

    @ParameterizedTest(name = "{0} is written {1}")
    @CsvSource({
        "1500.0, 1500",
        "0.001, 0.001",
        "2.5, 2.5",
        "0, 0",
        "-0.25, -0.25",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "1.5e-7, 1.5e-07",
        "Infinity, +Inf",
        "NaN, NaN",
    })
    void writesNumbersAsGoDoes(double number, String text) {
        assertThat(GoText.number(number)).isEqualTo(text);
    }
}
