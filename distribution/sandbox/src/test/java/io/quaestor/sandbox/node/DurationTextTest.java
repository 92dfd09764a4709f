package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({"5m, PT5M", "1m30s, PT1M30S", "250ms, PT0.25S", "0s, PT0S", "1.5s, PT1.5S"})
    void durationsAreWrittenAsInGo(String text, Duration duration) {
        assertThat(new DurationText().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest(name = "<{0}>")
    @ValueSource(strings = {"", "5", "m", "5 m", "5d", "xms"})
    void whatIsNoneIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> new DurationText().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("5m");
    }
}
