package io.quaestor.runtime.config;

import io.quaestor.runtime.go.GoText;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs the program that prints more configuration, in JSON (OPS 1.3). No shell, no arguments, nothing on its standard
/// input.
final class ConfigCommand {

    /// Praefect waits without a limit; we do not, or a hanging program would hang the start without a word.
    private static final long LIMIT_SECONDS = 120;

    private ConfigCommand() {}

    /// Runs it and lays what it says over the file.
    ///
    /// @throws CommandException if it does not run, fails, or prints something else; the message is Praefect's
    static Value.Table apply(String command, Value.Table file) throws CommandException, InterruptedException {
        try {
            return Overlay.merge(file, JsonSource.parse("config_command", run(command)));
        } catch (JsonSource.JsonException wrong) {
            throw new CommandException("unmarshalling generated config: " + wrong.getMessage());
        }
    }

    /// The program did not say anything that can be used.
    static final class CommandException extends Exception {

        private static final long serialVersionUID = 1L;

        CommandException(String message) {
            super(message);
        }
    }

    private static String run(String command) throws CommandException, InterruptedException {
        Path program = find(command);
        if (!Files.exists(program)) {
            throw new CommandException(
                    "running config command: fork/exec " + program + ": no such file or directory");
        }
        if (!Files.isExecutable(program) || Files.isDirectory(program)) {
            throw new CommandException("running config command: fork/exec " + program + ": permission denied");
        }
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var process = new ProcessBuilder(program.toString()).start();
            try {
                process.getOutputStream().close();
                Future<String> output = readers.submit(() -> text(process.getInputStream()));
                Future<String> errors = readers.submit(() -> text(process.getErrorStream()));
                return result(process, output, errors);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failure) {
            throw new CommandException("running config command: fork/exec " + program + ": " + failure.getMessage());
        }
    }

    private static String result(Process process, Future<String> output, Future<String> errors)
            throws CommandException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new CommandException("running config command: not done after " + LIMIT_SECONDS + " seconds");
        }
        try {
            if (process.exitValue() != 0) {
                throw new CommandException("running config command: exit status " + process.exitValue()
                        + ", stderr: " + GoText.quote(errors.get(LIMIT_SECONDS, TimeUnit.SECONDS)));
            }
            return output.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new CommandException("running config command: its output cannot be read: " + failure.getMessage());
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Path find(String command) throws CommandException {
        if (command.contains("/")) {
            return Path.of(command);
        }
        return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(directory -> Path.of(directory, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new CommandException("running config command: exec: " + GoText.quote(command)
                        + ": executable file not found in $PATH"));
    }
}
