package io.quaestor.faults.system;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs to their end.
public final class Shell {

    private Shell() {}

    /// How a program ended.
    ///
    /// @param code   its exit code; [#CUT_OFF] if it took too long and was killed
    /// @param output both outputs
    public record Ended(int code, String output) {

        static final int CUT_OFF = -1;

        /// @throws IOException with the output if it failed
        public Ended orThrow(String what) throws IOException {
            if (code != 0) {
                throw new IOException(what + ": "
                        + (code == CUT_OFF ? "took too long" : "exit code " + code) + "\n" + output.strip());
            }
            return this;
        }
    }

    /// @param environment variables beside our own
    /// @param input       what it reads
    /// @param limit       after which it and its children are killed
    public static Ended run(
            List<String> command, Map<String, String> environment, String input, Duration limit)
            throws IOException, InterruptedException {
        var output = Files.createTempFile("faults", ".out");
        var in = input.isEmpty() ? Path.of("/dev/null") : Files.writeString(Files.createTempFile("faults", ".in"), input);
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(in.toFile())
                    .redirectOutput(Redirect.to(new File(output.toString())));
            builder.environment().putAll(environment);
            var process = builder.start();
            boolean ended;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                kill(process);
            }
            return new Ended(
                    ended ? process.exitValue() : Ended.CUT_OFF,
                    new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
            if (!input.isEmpty()) {
                Files.deleteIfExists(in);
            }
        }
    }

    public static Ended run(Duration limit, String... command) throws IOException, InterruptedException {
        return run(List.of(command), Map.of(), "", limit);
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            var family = process.descendants().toList();
            process.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
