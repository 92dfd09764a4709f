package io.quaestor.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The proxy's configuration file: Praefect's format, and our tables.
///
/// It is written once and then belongs to the person at the keyboard. Only if ports had to change, a new one is
/// written and the old one kept beside it.
final class ProxyConfig {

    private ProxyConfig() {}

    /// @return what the person should know, if the file had to be replaced
    static Optional<String> write(DataDirectory data, Settings settings) throws IOException {
        var file = data.config();
        if (!Files.exists(file)) {
            PrivateFile.write(file, text(data, settings));
            return Optional.empty();
        }
        if (fits(Files.readString(file), settings)) {
            return Optional.empty();
        }
        var kept = file.resolveSibling("config.toml.old");
        Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        PrivateFile.write(file, text(data, settings));
        return Optional.of("a port was taken by another program: wrote a new " + file + ", the old one is " + kept);
    }

    private static boolean fits(String text, Settings settings) {
        return text.contains("\"127.0.0.1:" + settings.proxyPort() + "\"")
                && settings.nodes().stream().allMatch(node -> text.contains("\"" + node.address() + "\""));
    }

    private static String text(DataDirectory data, Settings settings) {
        var text = new StringBuilder("""
                # Configuration of the proxy, written by the sandbox at its first start and yours to edit.

                listen_addr = "127.0.0.1:%d"
                graceful_stop_timeout = "10s"

                [auth]
                token = "%s"

                [logging]
                format = "text"
                level = "info"

                [strategies]
                election = "per_repository"
                datastore = "embedded"

                # The database is a PostgreSQL that the proxy starts and stops itself.
                [plugin.embedded]
                data = %s

                [reconciliation]
                scheduling_interval = "10s"

                [[virtual_storage]]
                name = "default"
                default_replication_factor = %d
                """.formatted(
                settings.proxyPort(),
                settings.proxyToken(),
                quoted(data.database()),
                settings.nodes().size()));
        for (var node : settings.nodes()) {
            text.append("""

                      [[virtual_storage.node]]
                      storage = "%s"
                      address = "%s"
                      token = "%s"
                    """.formatted(node.name(), node.address(), node.token()));
        }
        return text.toString();
    }

    /// A basic string of TOML.
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
