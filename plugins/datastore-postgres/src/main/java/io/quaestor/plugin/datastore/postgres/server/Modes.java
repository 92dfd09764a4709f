package io.quaestor.plugin.datastore.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Who may read what.
final class Modes {

    private Modes() {}

    static void everybodyMayRead(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Writes a file that nobody else may read, not even for a moment, and that is whole or not there.
    static void writeSecret(Path file, String content) throws IOException {
        var unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, content, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(unfinished, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
