package io.quaestor.plugin.datastore.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a running PostgreSQL writes about itself into `postmaster.pid`: one line each for the number of its process, its
/// data directory, its start, its port, its socket, its address, its shared memory and its state.
///
/// @param process the running process
/// @param port    on which it listens
/// @param ready   whether it takes connections
record PostmasterFile(ProcessHandle process, int port, boolean ready) {

    /// @return empty if there is no such process any more, or not enough is written yet
    static Optional<PostmasterFile> read(Path data) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        if (lines.size() < 4) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(lines.get(0).trim());
            int port = Integer.parseInt(lines.get(3).trim());
            boolean ready = lines.size() > 7 && lines.get(7).trim().equals("ready");
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(PostmasterFile::isPostgres)
                    .map(process -> new PostmasterFile(process, port, ready));
        } catch (NumberFormatException unfinished) {
            return Optional.empty();
        }
    }

    /// The number may have been given to another program since. Where the name cannot be seen, it is believed.
    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(command -> command.contains("postgres")).orElse(true);
    }
}
