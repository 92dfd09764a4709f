package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ops4j.pax.exam.Configuration;
import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.spi.reading.ReadDistribution;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;

/// The bundles of the zip resolve and start in a plain OSGi framework that offers what the kernel offers.
@ExtendWith(PaxExamExtension.class)
class BundlesTest {

    @Configuration
    static Option[] distribution() throws Exception {
        var options = new ArrayList<Option>();
        try (var jars = Files.newDirectoryStream(Distribution.home().resolve("plugins"), "*.jar")) {
            for (var jar : jars) {
                options.add(CoreOptions.bundle(jar.toUri().toString()));
            }
        }
        options.add(CoreOptions.systemPackages(exports("quaestor-spi-")));
        options.add(CoreOptions.systemPackages(exports("slf4j-api-")));
        options.add(CoreOptions.frameworkProperty(Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA)
                .value(StrategyProvider.KERNEL + ";api:Version=\"" + StrategyProvider.API_VERSION + "\""));
        options.add(CoreOptions.cleanCaches());
        return options.toArray(Option[]::new);
    }

    @Test
    void everyBundleIsActive(BundleContext framework) {
        assertThat(framework.getBundles())
                .hasSizeGreaterThanOrEqualTo(6) // the five plug-ins, and the framework
                .allSatisfy(b -> assertThat(b.getState()).as(b.getSymbolicName()).isEqualTo(Bundle.ACTIVE));
    }

    @Test
    void everyPluginCarriesStrategiesWhoseClassesAreThere(BundleContext framework) throws Exception {
        for (var bundle : framework.getBundles()) {
            if (bundle.getBundleId() == 0) {
                continue;
            }
            var strategies = bundle.adapt(BundleWiring.class).getCapabilities(StrategyProvider.CAPABILITY);
            assertThat(strategies).as(bundle.getSymbolicName()).isNotEmpty();
            for (var strategy : strategies) {
                var type = bundle.loadClass((String) strategy.getAttributes().get("implementation"));
                assertThat(type.getAnnotation(StrategyProvider.class).id())
                        .isEqualTo(strategy.getAttributes().get(StrategyProvider.CAPABILITY));
            }
        }
    }

    @Test
    void aStrategySpeaksTheApiOfTheKernel(BundleContext framework) throws Exception {
        var bundle = Stream.of(framework.getBundles())
                .filter(b -> "io.quaestor.plugin.reading.random".equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow();
        var capability = bundle.adapt(BundleWiring.class)
                .getCapabilities(StrategyProvider.CAPABILITY)
                .getFirst();

        var type = bundle.loadClass((String) capability.getAttributes().get("implementation"));

        assertThat(ReadDistribution.class).isAssignableFrom(type);
    }

    @Test
    void theDriversOfTheDatastoreAreHiddenInItsBundle(BundleContext framework) {
        for (var bundle : framework.getBundles()) {
            boolean isDatastore = "io.quaestor.plugin.datastore.postgres".equals(bundle.getSymbolicName());
            if (bundle.getBundleId() != 0 && !isDatastore) {
                assertThatThrownBy(() -> bundle.loadClass("org.postgresql.Driver"))
                        .as(bundle.getSymbolicName())
                        .isInstanceOf(ClassNotFoundException.class);
            }
        }
    }

    /// The packages that a library of the kernel exports, with their versions, as one option each.
    private static String[] exports(String library) throws Exception {
        try (var jars = Files.newDirectoryStream(Distribution.home().resolve("lib"), library + "*.jar")) {
            try (var jar = new JarFile(jars.iterator().next().toFile())) {
                var header = jar.getManifest().getMainAttributes().getValue("Export-Package");
                return ManifestElement.packages(header);
            }
        }
    }
}
