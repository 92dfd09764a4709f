package io.quaestor.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What trials add to a sandbox.
class TrialTest {

    @TempDir
    Path directory;

    @Test
    void furtherProxiesDifferInTheirAddressAlone() throws IOException {
        var trial = new Trial(2, "postgres", "[database]\nhost = \"127.0.0.1\"\n");

        var first = Files.readString(config(trial, "proxy"));
        var second = Files.readString(config(trial, "proxy-2"));

        assertThat(first).contains("datastore = \"postgres\"").endsWith("[database]\nhost = \"127.0.0.1\"\n");
        assertThat(first).doesNotContain("plugin.embedded");
        assertThat(second).isNotEqualTo(first);
        assertThat(withoutAddress(second)).isEqualTo(withoutAddress(first));
    }

    @Test
    void aPersonHasOneProxyWithADatabaseOfItsOwn() throws IOException {
        assertThat(Files.readString(config(Trial.NONE, "proxy"))).contains("datastore = \"embedded\"", "[plugin.embedded]");
        assertThat(directory.resolve("data/config-proxy-2.toml")).doesNotExist();
    }

    private Path config(Trial trial, String proxy) throws IOException {
        try (var data = DataDirectory.hold(directory.resolve("data"))) {
            var options = new SandboxOptions(
                    data.root(), 0, 1, directory.resolve("quaestor"), Optional.empty(), List.of(), List.of(), trial);
            var _ = ProxyConfig.write(data, Settings.load(data, options, () -> "secret"), trial);
            return data.config(proxy);
        }
    }

    private static String withoutAddress(String config) {
        return config.replaceFirst("listen_addr = .*", "");
    }
}
