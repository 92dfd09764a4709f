package io.quaestor.runtime.cli;

import io.quaestor.runtime.lifecycle.SystemClock;
import io.quaestor.runtime.lifecycle.Wiring;
import io.quaestor.runtime.logging.Logging;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Properties;

/// The program.
public final class Main {

    private Main() {}

    /// Runs a command line and ends the process with its exit code. What the launcher knows comes as system properties:
    /// `quaestor.home`, `quaestor.data`, and `quaestor.praefect` if it was called by Praefect's name.
    public static void main(String[] arguments) {
        Logging.forCommands();
        int exitCode = Program.run(arguments, environment(), new Wiring());
        Logging.stop();
        System.exit(exitCode);
    }

    private static Environment environment() {
        Path home = Path.of(System.getProperty("quaestor.home", "")).toAbsolutePath();
        return new Environment(
                Boolean.getBoolean("quaestor.praefect") ? "praefect" : "quaestor",
                version(),
                home,
                Path.of(System.getProperty("quaestor.data", home.resolve("data").toString())),
                new SystemClock(),
                Thread.ofVirtual().name("worker-", 0).factory(),
                new SecureRandom().nextLong(),
                System.in,
                System.out,
                System.err);
    }

    private static String version() {
        try (InputStream resource = Main.class.getResourceAsStream("/io/quaestor/runtime/version.properties")) {
            var properties = new Properties();
            if (resource != null) {
                properties.load(resource);
            }
            return properties.getProperty("version", "");
        } catch (IOException unreadable) { // it is in our own jar
            throw new UncheckedIOException(unreadable);
        }
    }
}
