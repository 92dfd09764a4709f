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
    static Optional<String> write(DataDirectory data, Settings settings, Trial trial) throws IOException {
        var news = writeFirst(data, settings, trial);
        for (int i = 1; i < settings.proxyPorts().size(); i++) {
            PrivateFile.write(
                    data.config(Settings.proxyName(i)),
                    Files.readString(data.config())
                            .replace(listener(settings.proxyPort()), listener(settings.proxyPorts().get(i))));
        }
        return news;
    }

    private static Optional<String> writeFirst(DataDirectory data, Settings settings, Trial trial) throws IOException {
        var file = data.config();
        if (!Files.exists(file)) {
            PrivateFile.write(file, text(data, settings, trial));
            return Optional.empty();
        }
        if (fits(Files.readString(file), settings)) {
            return Optional.empty();
        }
        var kept = file.resolveSibling("config.toml.old");
        Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        PrivateFile.write(file, text(data, settings, trial));
        return Optional.of("a port was taken by another program: wrote a new " + file + ", the old one is " + kept);
    }

    private static boolean fits(String text, Settings settings) {
        return text.contains(listener(settings.proxyPort()))
                && settings.nodes().stream().allMatch(node -> text.contains("\"" + node.address() + "\""));
    }

    private static String listener(int port) {
        return "\"127.0.0.1:" + port + "\"";
    }

    private static String text(DataDirectory data, Settings settings, Trial trial) {
        var text = new StringBuilder("""
                # Configuration of the proxy, written by the sandbox at its first start and yours to edit.

                listen_addr = %s
                graceful_stop_timeout = "10s"

                [auth]
                token = "%s"

                [logging]
                format = "text"
                level = "info"

                [strategies]
                election = "per_repository"
                datastore = "%s"

                %s
                [reconciliation]
                scheduling_interval = "10s"

                [[virtual_storage]]
                name = "default"
                default_replication_factor = %d
                """.formatted(
                listener(settings.proxyPort()),
                settings.proxyToken(),
                trial.datastore(),
                datastore(data, trial),
                settings.nodes().size()));
        for (var node : settings.nodes()) {
            text.append("""

                      [[virtual_storage.node]]
                      storage = "%s"
                      address = "%s"
                      token = "%s"
                    """.formatted(node.name(), node.address(), node.token()));
        }
        return text.append(trial.tables().isEmpty() ? "" : "\n" + trial.tables()).toString();
    }

    private static String datastore(DataDirectory data, Trial trial) {
        return trial.datastore().equals(Trial.EMBEDDED) ? """
                # The database is a PostgreSQL that the proxy starts and stops itself.
                [plugin.embedded]
                data = %s
                """.formatted(quoted(data.database())) : "";
    }

    /// A basic string of TOML.
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
