package io.quaestor.sandbox.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Directory trees as wholes.
final class Trees {

    private Trees() {}

    /// Deletes a tree. Does nothing if it is not there; follows no links.
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                return goOnIfGone(cause);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Moves a tree within its file system in one step, and makes that durable.
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        for (var directory : new Path[] {to.getParent(), from.getParent()}) {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /// The sum of the sizes of all files, in bytes. Files that vanish meanwhile do not count.
    static long size(Path tree) throws IOException {
        var sum = new AtomicLong();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
                return goOnIfGone(cause);
            }
        });
        return sum.get();
    }

    private static FileVisitResult goOnIfGone(IOException cause) throws IOException {
        if (cause instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw cause;
    }
}
