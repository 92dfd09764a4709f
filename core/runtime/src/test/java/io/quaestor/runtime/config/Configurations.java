package io.quaestor.runtime.config;

import java.nio.file.Path;

/// Makes configurations for tests, with the defaults that the distribution has.
public final class Configurations {

    /// Stands where a module of Maven is built.
    public static final Path DEFAULTS = Path.of("../../distribution/src/main/conf/defaults.toml");

    /// A listener and a virtual storage `default` with one node.
    public static final String MINIMAL =
            """
            listen_addr = "127.0.0.1:2305"
            [[virtual_storage]]
            name = "default"
            [[virtual_storage.node]]
            storage = "gitaly-1"
            address = "tcp://127.0.0.1:8075"
            """;

    private Configurations() {}

    public static ConfigurationLoader loader() {
        return loader(Path.of("/opt/quaestor"));
    }

    public static ConfigurationLoader loader(Path home) {
        try {
            return new ConfigurationLoader(Defaults.load(DEFAULTS), home, home.resolve("data"));
        } catch (ConfigurationException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /// Reads a text that is right.
    public static Configuration read(String text) {
        return read(Path.of("/opt/quaestor"), text);
    }

    /// Reads a text that is right, for an installation in a directory.
    public static Configuration read(Path home, String text) {
        try {
            return loader(home).parse(Path.of("config.toml"), text);
        } catch (ConfigurationException | InterruptedException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
