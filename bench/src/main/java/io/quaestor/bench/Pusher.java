package io.quaestor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// A repository whose commits are pushed with the real `git`, which is kept from compressing and looking for deltas.
final class Pusher {

    private static final int LIMIT_SECONDS = 300;
    private static final int BLOCK = 1 << 16;

    private final Path directory;
    private final String url;
    private final Random random = new Random();
    private String parent = "";

    Pusher(Path directory, String url) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.url = url;
        git("init", "-q", "--bare", ".");
    }

    /// Makes a commit with that much of fresh random data, which is not pushed yet.
    ///
    /// @return its name
    String commit(int bytes) throws IOException, InterruptedException {
        var file = directory.resolve("content");
        var block = new byte[Math.min(bytes, BLOCK)];
        try (var out = Files.newOutputStream(file)) {
            for (int left = bytes; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, Math.min(left, block.length));
            }
        }
        var blob = git("hash-object", "-w", file.toString());
        var entry = Files.writeString(directory.resolve("entry"), "100644 blob " + blob + "\tcontent\n");
        var tree = run(entry, List.of("mktree"));
        var command = new ArrayList<>(List.of("commit-tree", tree, "-m", "bench"));
        if (!parent.isEmpty()) {
            command.addAll(List.of("-p", parent));
        }
        parent = git(command.toArray(String[]::new));
        return parent;
    }

    /// @return seconds it took
    double push(String commit) throws IOException, InterruptedException {
        long start = System.nanoTime();
        git("push", "-q", url, commit + ":refs/heads/main");
        return (System.nanoTime() - start) / 1e9;
    }

    private String git(String... command) throws IOException, InterruptedException {
        return run(Path.of("/dev/null"), List.of(command));
    }

    private String run(Path input, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0",
                "-c", "core.compression=0", "-c", "pack.compression=0", "-c", "pack.window=0"));
        command.addAll(arguments);
        var output = directory.resolveSibling("git.out");
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", arguments) + ": did not end within " + LIMIT_SECONDS + " s");
        }
        var text = Files.readString(output).strip();
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", arguments) + ": " + text);
        }
        return text;
    }
}
