package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Problem;
import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.runtime.config.StrategyName;
import io.quaestor.runtime.config.VirtualStorageConfiguration;
import io.quaestor.runtime.plugin.PluginDirectory.Change;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.plugin.StrategyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Plug-ins for a sub-command that does its work and ends: loaded by plain class loaders, without a framework, which
/// takes a tenth of the time. Each jar has its own class space here, too.
///
/// **Threads:** one at a time.
public final class PlainPlugins implements AutoCloseable {

    private final PluginHost host;
    private final Configuration configuration;
    private final Offers offers;
    private final List<URLClassLoader> loaders = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final Map<Path, String> broken = new HashMap<>();

    private PlainPlugins(PluginHost host, Configuration configuration) {
        this.host = host;
        this.configuration = configuration;
        var found = new ArrayList<Offer>();
        for (Change change : new PluginDirectory(configuration.plugins().directory(), host.clock()).first()) {
            switch (change) {
                case Change.Present(PluginJar jar) -> found.addAll(load(jar));
                case Change.Damaged(Path file, String reason) -> broken.put(file, reason);
                case Change.Unreachable(String reason) -> broken.put(
                        configuration.plugins().directory(), reason);
                case Change.Gone _ -> {}
            }
        }
        this.offers = new Offers(found);
    }

    /// Looks what is in the directory of a configuration. Makes nothing yet.
    public static PlainPlugins open(PluginHost host, Configuration configuration) {
        return new PlainPlugins(host, configuration);
    }

    /// Makes the datastore that the configuration names. It is not started, and is closed with this.
    ///
    /// @throws ConfigurationException if it is not there, or cannot be made
    public Datastore datastore() throws ConfigurationException {
        StrategyName name = configuration.datastore();
        var candidates = offers.candidates(StrategyKind.DATASTORE, name);
        if (candidates.isEmpty()) {
            String text = "no plug-in is the datastore strategy " + name + "; there are: "
                    + String.join(", ", offers.ids(StrategyKind.DATASTORE));
            throw new ConfigurationException(
                    List.of(new Problem(Problem.Stage.VALIDATING, name.at(), List.of(), text, text)));
        }
        Instance instance = new InstanceMaker(host).make(candidates.getFirst(), configuration);
        instances.add(instance);
        return instance.as(Datastore.class);
    }

    /// What is in the directory, and what of it the configuration names.
    public List<PluginStatus> list() {
        var result = new ArrayList<PluginStatus>();
        for (PluginStatus status : Statuses.of(offers, List.of(), new Refusals(), broken)) {
            boolean isNamed = status.state() == PluginStatus.State.AVAILABLE && isNamed(status);
            result.add(isNamed ? status.with(PluginStatus.State.IN_USE) : status);
        }
        return result;
    }

    private boolean isNamed(PluginStatus status) {
        Set<Offer> named = new HashSet<>(offers.candidates(StrategyKind.DATASTORE, configuration.datastore()));
        for (VirtualStorageConfiguration virtualStorage : configuration.virtualStorages()) {
            virtualStorage.strategies().forEach((kind, name) -> named.addAll(offers.candidates(kind, name)));
        }
        return named.stream()
                .anyMatch(offer -> offer.id().equals(status.id()) && offer.kind().key().equals(status.kind()));
    }

    @Override
    public void close() {
        instances.forEach(Instance::close);
        for (URLClassLoader loader : loaders) {
            try {
                loader.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private List<Offer> load(PluginJar jar) {
        var foreign = jar.foreignApi();
        if (foreign.isPresent()) {
            broken.put(
                    jar.file(),
                    "it is built for API " + foreign.get() + ", and this proxy has " + StrategyProvider.API_VERSION);
            return List.of();
        }
        var loader = new URLClassLoader(new URL[] {url(jar.file())}, new SharedOnly());
        loaders.add(loader);
        var origin = new Origin(jar.name(), jar.version(), loaders.size());
        return StrategyClasses.read(new OfJar(jar, loader), origin, line -> broken.put(jar.file(), line));
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (IOException impossible) { // a file always has one
            throw new UncheckedIOException(impossible);
        }
    }

    private record OfJar(PluginJar jar, URLClassLoader loader) implements StrategyClasses.Content {

        @Override
        public Optional<String> header(String name) {
            return jar.header(name);
        }

        @Override
        public Optional<InputStream> entry(String name) throws IOException {
            URL url = loader.findResource(name);
            return url == null ? Optional.empty() : Optional.of(url.openStream());
        }

        @Override
        public Class<?> load(String name) throws ClassNotFoundException {
            return Class.forName(name, false, loader);
        }
    }

    /// Shows of the class path what a bundle sees of it in the framework.
    private static final class SharedOnly extends ClassLoader {

        SharedOnly() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("io.quaestor.spi.") || name.startsWith("org.slf4j.")) {
                return PlainPlugins.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
