package io.quaestor.sandbox.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// The last lines of a log, indented for showing below a message.
final class LogTail {

    private static final int LINES = 12;

    private static final int BYTES = 8192;

    private LogTail() {}

    static String of(Path log) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - BYTES));
            var end = new byte[(int) Math.min(BYTES, file.length() - file.getFilePointer())];
            file.readFully(end);
            var lines = new String(end, StandardCharsets.UTF_8).lines().toList();
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LINES))
                    .map(line -> "    " + line)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "    (" + log + ": " + e.getMessage() + ")";
        }
    }
}
