package io.quaestor.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.runtime.plugin.PluginStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainPluginsTest {

    @TempDir
    private Path home;

    @Test
    void theDatastoreIsLoadedWithoutAFramework() throws Exception {
        var plugins = new Plugins(home);
        TestJar.bundle("test.other", "1.0.0")
                .strategy("other.Other", Sources.datastore("other.Other", "other", "database"))
                .write(plugins.jar("other.jar"));
        var configuration = plugins.configuration("datastore = 'other'\n[database]\nhost = 'h'");

        try (var plain = PlainPlugins.open(plugins.host(plugins.clock), configuration)) {
            var datastore = plain.datastore();

            assertThat(datastore).hasToString("other at h");
            assertThatThrownBy(() -> Class.forName(
                            "io.quaestor.runtime.plugin.PluginKernel",
                            false,
                            datastore.getClass().getClassLoader()))
                    .as("the class path is not seen")
                    .isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void listsWhatIsThereAndWhatTheConfigurationNames() throws Exception {
        var plugins = new Plugins(home);
        TestJar.bundle("test.sticky", "1.2.3")
                .strategy("sticky.Sticky", Sources.reading("sticky.Sticky", "sticky", "?"))
                .write(plugins.jar("sticky.jar"));
        TestJar.bundle("test.later", "1.0.0")
                .needing("(api>=9.0.0)")
                .strategy("later.Later", Sources.reading("later.Later", "later", "?"))
                .write(plugins.jar("later.jar"));
        Files.writeString(plugins.jar("text.jar"), "no jar");

        try (var plain = PlainPlugins.open(plugins.host(plugins.clock), plugins.configuration("reading = 'sticky'"))) {
            assertThat(plain.list())
                    .extracting(status -> status.file() + " " + status.kind() + " " + status.id() + " "
                            + status.version() + " " + status.state())
                    .containsExactly(
                            "later.jar    BROKEN",
                            "text.jar    BROKEN",
                            "base.jar datastore base 1.0.0 IN_USE",
                            "base.jar election base 1.0.0 IN_USE",
                            "base.jar reading base 1.0.0 AVAILABLE",
                            "sticky.jar reading sticky 1.2.3 IN_USE",
                            "base.jar replication base 1.0.0 IN_USE");
            assertThat(plain.list())
                    .filteredOn(status -> status.state() == State.BROKEN)
                    .first()
                    .extracting(status -> status.detail().orElseThrow())
                    .isEqualTo("it is built for API 9.0.0, and this proxy has 1.0.0");
        }
    }

    @Test
    void aDatastoreThatIsNotThereIsSaidToBeSo() {
        var plugins = new Plugins(home);

        try (var plain =
                PlainPlugins.open(plugins.host(plugins.clock), plugins.configuration("datastore = 'postgre'"))) {
            assertThatThrownBy(plain::datastore)
                    .hasMessage("validating config: no plug-in is the datastore strategy \"postgre\"; there are: base"
                            + " (config.toml, line 11, column 1)");
        }
    }
}
