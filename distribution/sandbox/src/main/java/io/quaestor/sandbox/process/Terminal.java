package io.quaestor.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The terminal that this process may or may not have to itself.
final class Terminal {

    private static final Path STATE = Path.of("/proc/self/stat");

    private Terminal() {}

    /// Whether the standard input can be read. A process in the background (`sandbox &`) that reads from its terminal is
    /// stopped by the system, so it must not try.
    static boolean isOurs() {
        try {
            var stat = Files.readString(STATE);
            // pid (name) state ppid group session terminal foreground-group …; the name may contain anything
            var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            var foreground = Integer.parseInt(fields.get(5));
            return foreground < 0 || foreground == Integer.parseInt(fields.get(2));
        } catch (IOException | RuntimeException e) {
            return true; // another system; it has to be found out by trying
        }
    }
}
