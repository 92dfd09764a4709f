package io.quaestor.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleConfigTest {

    private static final Path SAMPLES = Path.of("../../sample-config");

    static Stream<Path> samples() throws IOException {
        return Files.list(SAMPLES).filter(file -> file.toString().endsWith(".toml")).sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everySampleCanBeLoaded(Path sample) throws Exception {
        var configuration = Configurations.loader().load(sample);

        assertThat(configuration.virtualStorages()).isNotEmpty();
        assertThat(configuration.warnings())
                .as("only the sample of every key may name what is ignored")
                .allSatisfy(warning -> assertThat(sample.toString()).endsWith("every-key.toml"));
    }

    @Test
    void theSampleOfEveryKeyHasNoKeyThatIsNotKnown() throws Exception {
        var configuration = Configurations.loader().load(SAMPLES.resolve("every-key.toml"));

        assertThat(configuration.warnings())
                .isNotEmpty()
                .allSatisfy(warning -> assertThat(warning.text()).doesNotContain("not known"));
    }
}
