package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.StrategyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.StringJoiner;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/// Where bundles live: an embedded Felix. Each bundle has its own class space; from the class path it sees the API and
/// SLF4J, and nothing else.
final class BundleSpace implements AutoCloseable {

    private static final long STOP_MILLIS = 5_000;

    /// What bundles see of the class path, by the symbolic names of the jars.
    private static final List<String> SHARED = List.of("io.quaestor.spi", "slf4j.api");

    private final Framework framework;
    private final BundleCache cache;

    private BundleSpace(Framework framework, BundleCache cache) {
        this.framework = framework;
        this.cache = cache;
    }

    /// Starts an empty space. Takes a tenth of a second.
    static BundleSpace start() {
        var cache = BundleCache.create();
        var settings = new HashMap<String, String>();
        settings.put(Constants.FRAMEWORK_STORAGE, cache.bundles().toString());
        settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, sharedPackages());
        settings.put(
                Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                StrategyProvider.KERNEL + ";api:Version=\"" + StrategyProvider.API_VERSION + "\"");
        // an overwritten jar is installed beside the one that still serves
        settings.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        settings.put("felix.log.level", "0"); // what fails is thrown, and told once by us
        var framework = new FrameworkFactory().newFramework(settings);
        try {
            framework.start();
            framework.getBundleContext()
                    .registerService(ResolverHookFactory.class, _ -> new OwnClassesOnly(), null);
            return new BundleSpace(framework, cache);
        } catch (BundleException failure) {
            cache.close();
            throw new IllegalStateException("OSGi framework does not start", failure);
        }
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /// Installs a jar beside others of the same name, and starts it.
    ///
    /// @throws BundleException if something that it needs is missing, or its activator fails; nothing is left then
    Bundle install(PluginJar jar) throws BundleException {
        Bundle bundle = context().installBundle(PluginLocation.of(jar.file(), context()), jar.bundle());
        try {
            if (jar.header(Constants.FRAGMENT_HOST).isEmpty()) {
                bundle.start();
            }
            return bundle;
        } catch (BundleException | RuntimeException | LinkageError failure) {
            bundle.uninstall();
            throw failure;
        }
    }

    @Override
    public void close() {
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException failure) {
            throw new IllegalStateException("OSGi framework does not stop", failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            cache.close();
        }
    }

    /// The packages of the shared jars with their versions, as their own manifests say.
    private static String sharedPackages() {
        var packages = new StringJoiner(",");
        try {
            var manifests = BundleSpace.class.getClassLoader().getResources(JarFile.MANIFEST_NAME);
            for (URL url : Collections.list(manifests)) {
                try (InputStream in = url.openStream()) {
                    var headers = new Manifest(in).getMainAttributes();
                    String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
                    if (name != null && SHARED.contains(name.split(";")[0].strip())) {
                        packages.add(headers.getValue(Constants.EXPORT_PACKAGE));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalStateException("manifests of the class path cannot be read", unreadable);
        }
        if (!packages.toString().contains(StrategyProvider.class.getPackageName())) {
            throw new IllegalStateException("the API is not on the class path with its manifest");
        }
        return packages.toString();
    }

    /// Keeps the new content of a jar from using classes of the old one, which has the same name and may export them.
    private static final class OwnClassesOnly implements ResolverHook {

        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {}

        @Override
        public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> others) {
            others.clear(); // both live until the new one serves
        }

        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            candidates.removeIf(candidate -> isTwin(requirement.getRevision(), candidate.getRevision()));
        }

        private static boolean isTwin(BundleRevision one, BundleRevision other) {
            return one.getBundle().getBundleId() != other.getBundle().getBundleId()
                    && one.getSymbolicName().equals(other.getSymbolicName());
        }

        @Override
        public void end() {}
    }
}
