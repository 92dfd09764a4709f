package io.quaestor.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The zip, unpacked once for all tests.
final class Distribution {

    private static @Nullable Path home;

    private Distribution() {}

    static synchronized Path home() throws IOException, InterruptedException {
        if (home == null) {
            var zip = Path.of(System.getProperty("quaestor.zip"));
            var target = Path.of(System.getProperty("quaestor.unpacked"));
            deleteAll(target);
            Files.createDirectories(target);
            Shell.run(target, "unzip", "-q", zip.toString()).ok();
            try (var folders = Files.list(target)) {
                home = folders.findFirst().orElseThrow();
            }
        }
        return home;
    }

    static Shell.Ended quaestor(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(home().resolve("bin/quaestor").toString()));
        command.addAll(List.of(arguments));
        return Shell.run(home(), Map.of("JAVA_HOME", System.getProperty("java.home")), command.toArray(String[]::new));
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
