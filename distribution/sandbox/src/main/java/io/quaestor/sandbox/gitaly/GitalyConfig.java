package io.quaestor.sandbox.gitaly;

import java.nio.file.Path;

/// The configuration of one Gitaly with one storage.
///
/// @param program   the Gitaly itself
/// @param storage   name of the storage
/// @param port      on the loopback address
/// @param token     of its callers
/// @param directory of the storage; must exist
/// @param runtime   for its sockets and unpacked programs; must exist and be short, see [#LONGEST_RUNTIME]
/// @param apiPort   where [InternalApi] listens
/// @param secret    file of the secret that it shows there; must exist
public record GitalyConfig(
        Path program, String storage, int port, String token, Path directory, Path runtime, int apiPort, Path secret) {

    /// Addresses of Unix sockets have at most 107 bytes on Linux, and Gitaly makes `/gitaly-PID/sock.d/tsocket` there with
    /// up to seven digits.
    public static final int LONGEST_RUNTIME = 77;

    /// As a file that `gitaly serve FILE` reads.
    public String text() {
        return """
                # Written by the sandbox at every start.

                listen_addr = "127.0.0.1:%d"
                bin_dir = %s
                runtime_dir = %s
                graceful_restart_timeout = "10s"

                [auth]
                token = %s

                [[storage]]
                name = %s
                path = %s

                [gitlab]
                url = "http://127.0.0.1:%d"
                secret_file = %s

                [logging]
                format = "text"
                level = "info"

                [daily_maintenance]
                disabled = true
                """.formatted(
                port,
                quoted(program.resolveSibling("")),
                quoted(runtime),
                quoted(token),
                quoted(storage),
                quoted(directory),
                apiPort,
                quoted(secret));
    }

    @Override
    public String toString() {
        return "configuration of " + storage; // without the token
    }

    /// A basic string of TOML.
    private static String quoted(Object value) {
        return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
