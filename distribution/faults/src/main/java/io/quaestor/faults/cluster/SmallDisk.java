package io.quaestor.faults.cluster;

import io.quaestor.faults.system.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A file system in memory that is mounted for the storage of one node, and can be filled up. Only root may mount.
///
/// **Blocking:** all methods.
public final class SmallDisk implements AutoCloseable {

    private static final String SIZE = "128m";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int BLOCK = 1 << 16;

    /// Beside the repositories, where nobody looks.
    private static final String BALLAST = "ballast";

    private final String node;
    private final Path directory;

    private SmallDisk(String node, Path directory) {
        this.node = node;
        this.directory = directory;
    }

    /// @param directory becomes the place of the file system; is made
    /// @return empty if it cannot be mounted here
    static Optional<SmallDisk> mount(String node, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        try {
            var mounted = Shell.run(
                    LIMIT, "mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=755", "faults", directory.toString());
            return mounted.code() == 0 ? Optional.of(new SmallDisk(node, directory)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is no program mount
        }
    }

    /// The node whose storage it is.
    public String node() {
        return node;
    }

    /// Leaves not a byte.
    public void fill() throws IOException {
        var block = new byte[BLOCK];
        try (var out = Files.newOutputStream(directory.resolve(BALLAST))) {
            for (int size = BLOCK; size > 0; ) {
                try {
                    out.write(block, 0, size);
                } catch (IOException e) {
                    size /= 2; // no space left for as much as that
                }
            }
        }
    }

    public void empty() throws IOException {
        Files.deleteIfExists(directory.resolve(BALLAST));
    }

    @Override
    public void close() throws IOException {
        try {
            // what the dead left may still have a file open
            var _ = Shell.run(LIMIT, "umount", "--lazy", directory.toString()).orThrow("umount");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
