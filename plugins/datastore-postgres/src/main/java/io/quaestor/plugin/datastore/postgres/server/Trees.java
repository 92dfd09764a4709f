package io.quaestor.plugin.datastore.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Directories with all that is in them.
final class Trees {

    private Trees() {}

    /// Nothing happens if it does not exist. Links are deleted, not followed.
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> paths = Files.walk(root)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : all) {
            Files.delete(path);
        }
    }
}
