package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs to their end, with a limit and without the settings of whoever runs the tests.
final class Shell {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Shell() {}

    /// How a program ended.
    record Ended(int code, String output) {

        Ended ok() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    static Ended run(Path directory, String... command) throws IOException, InterruptedException {
        return run(directory, Map.of(), command);
    }

    static Ended run(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        return run(directory, environment, LIMIT, command);
    }

    static Ended run(Path directory, Map<String, String> environment, Duration limit, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        var output = Files.createTempFile("it", ".out");
        try {
            var process = builder.redirectOutput(output.toFile()).start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(String.join(" ", command) + " did not end within " + limit);
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
