package io.quaestor.plugin.datastore.postgres.server;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.tukaani.xz.XZInputStream;

/// Unpacks a `tar` that `xz` packed: files, directories, links, long names. Nothing else occurs in what it is used for.
final class TarXz {

    private static final int BLOCK = 512;

    private TarXz() {}

    /// @param directory exists; entries that lead out of it are refused
    static void unpack(InputStream packed, Path directory) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(new XZInputStream(packed), 1 << 16))) {
            var header = new byte[BLOCK];
            String longName = "";
            String longTarget = "";
            while (true) {
                in.readFully(header);
                if (header[0] == 0) {
                    return;
                }
                long size = Long.parseLong(text(header, 124, 12).trim(), 8);
                var name = longName.isEmpty() ? name(header) : longName;
                var target = longTarget.isEmpty() ? text(header, 157, 100) : longTarget;
                longName = "";
                longTarget = "";
                switch (header[156]) {
                    case 'L' -> longName = content(in, size);
                    case 'K' -> longTarget = content(in, size);
                    case '5' -> Files.createDirectories(inside(directory, name));
                    case '2' -> link(inside(directory, name), target, directory);
                    case '0', 0 -> file(in, size, inside(directory, name), text(header, 100, 8));
                    default -> throw new IOException("an entry of an unknown kind: " + name);
                }
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
        }
    }

    private static void file(InputStream in, long size, Path path, String mode) throws IOException {
        Files.createDirectories(path.getParent());
        try (var out = Files.newOutputStream(path)) {
            var buffer = new byte[1 << 16];
            for (long left = size; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException("the archive ends in " + path);
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        boolean executable = (Integer.parseInt(mode.trim(), 8) & 0100) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void link(Path path, String target, Path directory) throws IOException {
        inside(directory, directory.relativize(path.resolveSibling(target)).toString());
        Files.createDirectories(path.getParent());
        Files.createSymbolicLink(path, Path.of(target));
    }

    private static Path inside(Path directory, String name) throws IOException {
        var path = directory.resolve(name).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("an entry that leads out of the archive: " + name);
        }
        return path;
    }

    private static String content(DataInputStream in, long size) throws IOException {
        if (size > 1 << 16) {
            throw new IOException("a name of %d bytes".formatted(size));
        }
        var bytes = new byte[(int) size];
        in.readFully(bytes);
        return text(bytes, 0, bytes.length);
    }

    private static String name(byte[] header) {
        var prefix = text(header, 345, 155);
        var name = text(header, 0, 100);
        return prefix.isEmpty() || !text(header, 257, 6).equals("ustar") ? name : prefix + "/" + name;
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(Arrays.copyOfRange(bytes, from, end), StandardCharsets.UTF_8);
    }
}
