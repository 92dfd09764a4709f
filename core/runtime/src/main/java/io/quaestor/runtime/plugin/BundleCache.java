package io.quaestor.runtime.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// The directory where the framework keeps copies of bundles, one for each process, which holds a lock in it. What a
/// killed process left is removed by the next one that starts.
final class BundleCache implements AutoCloseable {

    private static final String PREFIX = "quaestor-bundles-";
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;

    private BundleCache(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static BundleCache create() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            deleteLeftovers(parent);
            Path directory = Files.createTempDirectory(parent, PREFIX);
            var channel = FileChannel.open(
                    directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return new BundleCache(directory, channel);
        } catch (IOException failure) {
            throw new UncheckedIOException("no directory for copies of bundles in " + parent, failure);
        }
    }

    /// Where the framework may write.
    Path bundles() {
        return directory.resolve("bundles");
    }

    @Override
    public void close() {
        try (lock) {
            Files.walkFileTree(directory, new Deleting());
        } catch (IOException _) {
            // it is in the directory for temporary files, and the next start tries again
        }
    }

    private static void deleteLeftovers(Path parent) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(parent, PREFIX + "*")) {
            leftovers.forEach(BundleCache::deleteUnlessLocked);
        }
    }

    private static void deleteUnlessLocked(Path directory) {
        try (var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                Files.walkFileTree(directory, new Deleting());
            }
        } catch (IOException | OverlappingFileLockException _) {
            // somebody else's, or still in use
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
