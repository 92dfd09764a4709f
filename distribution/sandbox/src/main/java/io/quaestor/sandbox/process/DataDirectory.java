package io.quaestor.sandbox.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Where a sandbox keeps everything. One supervisor at a time holds it.
///
/// ```text
/// config.toml          of the proxy; yours to edit
/// sandbox.properties   ports and tokens
/// control              where the running supervisor takes commands
/// nodes/NAME/          repositories of a node
/// gitaly/NAME/         configuration and sockets of a node that is a Gitaly
/// tokens/NAME          token of a node
/// database/            of the proxy
/// logs/NAME.log        of node, proxy, gateway
/// run/                 of the running processes
/// ```
public final class DataDirectory implements AutoCloseable {

    private final Path root;
    private final FileLock lock;

    private DataDirectory(Path root, FileLock lock) {
        this.root = root;
        this.lock = lock;
    }

    /// Makes the directory if needed and holds it until [#close] or the end of the process.
    ///
    /// @throws SandboxException if another supervisor holds it
    public static DataDirectory hold(Path directory) throws IOException {
        Files.createDirectories(directory);
        var root = directory.toRealPath();
        var channel = FileChannel.open(
                root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = tryLock(channel);
        if (lock.isEmpty()) {
            channel.close();
            throw new SandboxException("a sandbox is already running with " + root
                    + "; look at it with `" + Program.typed() + " --data " + root + " status`");
        }
        var data = new DataDirectory(root, lock.get());
        for (var name : new String[] {"logs", "nodes", "tokens", "run"}) {
            Files.createDirectories(root.resolve(name));
        }
        Files.setPosixFilePermissions(root.resolve("tokens"), PosixFilePermissions.fromString("rwx------"));
        return data;
    }

    public Path root() {
        return root;
    }

    Path config() {
        return root.resolve("config.toml");
    }

    /// Of a proxy by its name.
    Path config(String proxy) {
        return proxy.equals(Settings.proxyName(0)) ? config() : root.resolve("config-" + proxy + ".toml");
    }

    Path settings() {
        return root.resolve("sandbox.properties");
    }

    Path database() {
        return root.resolve("database");
    }

    Path node(String name) {
        return root.resolve("nodes").resolve(name);
    }

    Path gitaly(String name) {
        return root.resolve("gitaly").resolve(name);
    }

    Path token(String name) {
        return root.resolve("tokens").resolve(name);
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String name) {
        return logs().resolve(name + ".log");
    }

    Path pidFile(String name) {
        return root.resolve("run").resolve(name + ".pid");
    }

    /// Where a supervisor that holds `directory` takes commands.
    static Path control(Path directory) {
        return directory.resolve("control");
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // held by this very process
        }
    }
}
