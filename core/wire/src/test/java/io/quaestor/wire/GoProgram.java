package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of `src/test/go`, built once per test run and started per test.
final class GoProgram implements AutoCloseable {

    private static final Path SOURCE = Path.of("src/test/go").toAbsolutePath();
    private static final Path BINARIES = Path.of("target/go").toAbsolutePath();
    private static boolean built;

    private final Process process;
    private final BufferedReader output;

    private GoProgram(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static GoProgram start(String program, String... arguments) throws IOException, InterruptedException {
        build();
        List<String> command = new ArrayList<>(List.of(BINARIES.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return new GoProgram(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// The next line that begins with `prefix`, without it.
    String await(String prefix) throws IOException {
        List<String> others = new ArrayList<>();
        for (String line; (line = output.readLine()) != null; others.add(line)) {
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        throw new AssertionError("ended without \"" + prefix + "\": " + others);
    }

    /// Everything it prints until it ends, which must be a success.
    List<String> finish() throws IOException, InterruptedException {
        List<String> lines = output.readAllLines();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s", lines).isZero();
        return lines;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }

    private static synchronized void build() throws IOException, InterruptedException {
        if (built) {
            return;
        }
        assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(directory -> new File(directory, "go").canExecute()),
                "there is no go on the PATH: interoperation with Go is not tested");
        BINARIES.toFile().mkdirs();
        Process go = new ProcessBuilder("go", "build", "-o", BINARIES + "/", "./...")
                .directory(SOURCE.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(go.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(go.waitFor()).as(said).isZero();
        built = true;
    }
}
