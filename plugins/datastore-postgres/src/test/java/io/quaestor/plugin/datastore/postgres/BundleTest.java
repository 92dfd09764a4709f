package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.plugin.PluginContext;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.namespace.PackageNamespace;

/// The jar as it is shipped: everything that it needs beside the JDK and the SPI is in it. Runs when it is packed.
@EnabledIfSystemProperty(named = "bundle", matches = ".+")
class BundleTest {

    private static final Path JAR = Path.of(System.getProperty("bundle", ""));

    /// As the runtime offers them to bundles.
    private static final String HOST_PACKAGES = "io.quaestor.spi.datastore;version=1.0.0,"
            + "io.quaestor.spi.model;version=1.0.0,io.quaestor.spi.plugin;version=1.0.0,org.slf4j;version=2.0.20";

    @TempDir
    Path directory;

    @Test
    void worksInAFramework() throws Exception {
        var framework = framework();
        framework.start();
        try {
            var bundle = framework.getBundleContext().installBundle(JAR.toUri().toString());
            bundle.start();

            assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(bundle.adapt(org.osgi.framework.wiring.BundleWiring.class)
                            .getCapabilities("io.quaestor.strategy"))
                    .extracting(capability -> capability.getAttributes().get("io.quaestor.strategy"))
                    .containsExactlyInAnyOrder("postgres", "embedded");
            assertThat(bundle.adapt(org.osgi.framework.wiring.BundleWiring.class)
                            .getCapabilities(PackageNamespace.PACKAGE_NAMESPACE))
                    .as("exports nothing")
                    .isEmpty();
            keepsRecords(bundle.loadClass(EmbeddedDatastore.class.getName()));
        } finally {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    private Framework framework() {
        var settings = new HashMap<String, String>();
        settings.put(Constants.FRAMEWORK_STORAGE, directory.resolve("felix").toString());
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, HOST_PACKAGES);
        settings.put(Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA, "io.quaestor.kernel;api:Version=1.0.0");
        return ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(settings);
    }

    @Test
    void worksWithAPlainClassLoader() throws Exception {
        try (var loader = new URLClassLoader(new URL[] {JAR.toUri().toURL()}, new Host())) {
            keepsRecords(loader.loadClass(EmbeddedDatastore.class.getName()));
        }
    }

    /// Sees the JDK, the SPI and slf4j of this process, and nothing else.
    private static final class Host extends ClassLoader {

        Host() {
            super("host", getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("io.quaestor.spi.") || name.startsWith("org.slf4j.")) {
                return BundleTest.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    private void keepsRecords(Class<?> type) throws Exception {
        assertThat(type).isNotEqualTo(EmbeddedDatastore.class);
        var config = type.getClassLoader()
                .loadClass(EmbeddedConfig.class.getName())
                .getConstructors()[0]
                .newInstance(
                        Optional.of(directory.resolve("postgres")),
                        Optional.of(TestPostgres.programs().find().getFirst()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        var key = new RepositoryKey(new VirtualStorage("default"), "a.git");
        var constructor = type.getConstructor(config.getClass(), PluginContext.class);
        try (var datastore = (Datastore) constructor.newInstance(config, TestContext.of(Map.of()))) {
            datastore.start();

            assertThat(datastore.repositories().reserve(key).value()).isEqualTo(1);
            assertThat(datastore.schema().pending()).isEqualTo(List.of());
        }
    }
}
