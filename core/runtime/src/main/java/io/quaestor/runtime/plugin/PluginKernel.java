package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Position;
import io.quaestor.runtime.config.Problem;
import io.quaestor.runtime.plugin.PluginDirectory.Change;
import io.quaestor.spi.plugin.StrategyProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads plug-ins, and exchanges them while the proxy runs. Whatever is wrong with a jar or with a new configuration,
/// those who serve go on, and one line says what is wrong (P9).
///
/// A jar that is overwritten is loaded beside the old one, which serves until the new one can; then they are exchanged,
/// and the old one is closed after the drain time.
public final class PluginKernel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginKernel.class);

    /// With what a directory needs to be sure of a jar, a change takes effect in a third of a second.
    private static final Duration LOOK = Duration.ofMillis(100);

    private final PluginHost host;
    private final BundleSpace space;
    private final Extender extender;
    private final PluginDirectory directory;
    private final Path directoryPath;
    private final Settler settler;
    private final Drain drain;
    private final Refusals refusals = new Refusals();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Thread watcher;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Bundle> installed = new HashMap<>();
    private final Map<Path, String> broken = new HashMap<>();
    private final Set<Bundle> leaving = new HashSet<>();
    private final Set<Instance> retiring = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private Settlement settlement;
    private final Strategies strategies;

    /// Loads what is in the directory and makes what the configuration names.
    ///
    /// @throws ConfigurationException if the configuration names what is not there, or what cannot be made
    public static PluginKernel start(PluginHost host, Configuration configuration) throws ConfigurationException {
        return new PluginKernel(host, configuration);
    }

    private PluginKernel(PluginHost host, Configuration configuration) throws ConfigurationException {
        this.host = host;
        this.directoryPath = configuration.plugins().directory();
        this.directory = new PluginDirectory(directoryPath, host.clock());
        this.settler = new Settler(new InstanceMaker(host), host.defaults());
        this.drain = new Drain(host.clock(), host.threads(), this::ended);
        this.space = BundleSpace.start();
        this.extender = new Extender(space.context(), () -> changed.set(true));
        extender.open();
        lock.lock();
        try {
            directory.first().forEach(this::installFirst);
            tellHidden();
            settlement = settler.strictly(configuration, extender.offers(), Optional.empty());
            strategies = new Strategies(settlement.snapshot());
        } catch (ConfigurationException | RuntimeException failure) {
            space.close();
            throw failure;
        } finally {
            lock.unlock();
        }
        watcher = host.threads().newThread(this::watch);
        watcher.start();
    }

    /// Who serves.
    public Strategies strategies() {
        return strategies;
    }

    /// Puts another configuration in the place of the one that holds. What it does not change goes on as it is.
    ///
    /// @throws ConfigurationException if it names what is not there or cannot be made, or changes what takes a restart;
    ///                                nothing has changed then
    public void apply(Configuration configuration) throws ConfigurationException {
        lock.lock();
        try {
            refuseOtherDirectory(configuration);
            var next = settler.strictly(configuration, extender.offers(), Optional.of(settlement));
            refusals.clear();
            exchange(next);
        } finally {
            lock.unlock();
        }
    }

    /// What has become of every plug-in.
    public List<PluginStatus> plugins() {
        lock.lock();
        try {
            return Statuses.of(extender.offers(), settlement.instances(), refusals, broken);
        } finally {
            lock.unlock();
        }
    }

    /// Closes every plug-in, the datastore included, and ends. Nobody may use a strategy any more.
    @Override
    public void close() {
        watcher.interrupt();
        try {
            watcher.join();
            drain.close(settlement.instances());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            extender.close();
            space.close();
        }
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                host.clock().sleep(LOOK);
                look();
            }
        } catch (InterruptedException _) {
            // the kernel closes
        }
    }

    private void look() {
        lock.lock();
        try {
            for (Change change : directory.look()) {
                take(change);
            }
            if (changed.getAndSet(false)) { // somebody else started a bundle, or registered a service
                settle();
            }
        } catch (RuntimeException | LinkageError failure) {
            LOG.atError().setCause(failure).log("plug-ins cannot be looked after");
        } finally {
            lock.unlock();
        }
    }

    private void installFirst(Change change) {
        switch (change) {
            case Change.Present(PluginJar jar) -> install(jar)
                    .ifPresent(bundle -> installed.put(jar.file(), bundle));
            case Change.Damaged damaged -> damaged(damaged);
            case Change.Unreachable(String reason) -> unreachable(reason);
            case Change.Gone _ -> {}
        }
    }

    private void take(Change change) {
        switch (change) {
            case Change.Present(PluginJar jar) -> present(jar);
            case Change.Gone(Path file) -> gone(file);
            case Change.Damaged damaged -> damaged(damaged);
            case Change.Unreachable(String reason) -> unreachable(reason);
        }
    }

    private void present(PluginJar jar) {
        Optional<Bundle> loaded = install(jar);
        if (loaded.isEmpty()) {
            return;
        }
        Bundle old = installed.get(jar.file());
        settle();
        if (old != null) {
            if (isRefused(loaded.get())) {
                LOG.atError().log("{} keeps its earlier content, since the new one is refused", jar.name());
                withdraw(loaded.get());
                return;
            }
            withdraw(old);
            settle();
        }
        installed.put(jar.file(), loaded.get());
        LOG.atInfo().log("plug-in {}: {} {}", old == null ? "loaded" : "exchanged", jar.name(), jar.version());
    }

    private void gone(Path file) {
        broken.remove(file);
        Bundle bundle = installed.remove(file);
        if (bundle != null) {
            LOG.atInfo().log("plug-in removed: {}", file.getFileName());
            withdraw(bundle);
            settle();
        }
    }

    private Optional<Bundle> install(PluginJar jar) {
        broken.remove(jar.file());
        var foreign = jar.foreignApi();
        if (foreign.isPresent()) {
            refuse(jar, "it is built for API " + foreign.get() + ", and this proxy has " + StrategyProvider.API_VERSION);
            return Optional.empty();
        }
        try {
            Bundle bundle = space.install(jar);
            if (extender.offers(bundle).isEmpty()) {
                LOG.atInfo().log("{} holds no strategy", jar.name());
            }
            return Optional.of(bundle);
        } catch (BundleException | RuntimeException | LinkageError failure) {
            refuse(jar, reason(failure));
            return Optional.empty();
        }
    }

    /// Felix says everything twice, and in several lines.
    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).replaceFirst(" Unresolved requirements:.*", "");
        return message.lines().findFirst().orElseGet(failure::toString);
    }

    private void refuse(PluginJar jar, String reason) {
        broken.put(jar.file(), reason);
        LOG.atError().log("plug-in refused: {}: {}", jar.name(), reason);
    }

    private void damaged(Change.Damaged damaged) {
        broken.put(damaged.file(), damaged.reason());
        LOG.atError()
                .log("plug-in refused: {} cannot be read: {}", damaged.file().getFileName(), damaged.reason());
    }

    private void unreachable(String reason) {
        LOG.atError().log("directory of plug-ins cannot be read, so they stay as they are: {}", reason);
    }

    private boolean isRefused(Bundle bundle) {
        return extender.offers(bundle).stream().anyMatch(refusals::contains);
    }

    private void settle() {
        changed.set(false);
        tellHidden();
        Offers offers = extender.offers();
        exchange(settler.leniently(settlement, offers, refusals));
        var datastore = offers.candidates(settlement.datastore().offer().kind(), settlement.configuration().datastore());
        if (datastore.isEmpty() || !datastore.getFirst().equals(settlement.datastore().offer())) {
            warnOnce(settlement.datastore().offer() + " goes on until a restart, although its jar has changed");
        }
    }

    private void exchange(Settlement next) {
        Set<Instance> replaced = new HashSet<>(settlement.instances());
        replaced.removeAll(next.instances());
        settlement = next;
        strategies.exchange(next.snapshot());
        retiring.addAll(replaced);
        drain.retire(replaced, next.configuration().plugins().drainTime());
    }

    /// Takes a bundle out of the offers, and uninstalls it when nobody uses what it made.
    private void withdraw(Bundle bundle) {
        extender.withdraw(bundle);
        refusals.forget(bundle.getBundleId());
        leaving.add(bundle);
        uninstallUnused();
    }

    private void ended(Instance instance) {
        lock.lock();
        try {
            retiring.remove(instance);
            uninstallUnused();
        } finally {
            lock.unlock();
        }
    }

    private void uninstallUnused() {
        Set<Long> used = new HashSet<>();
        settlement.instances().forEach(instance -> used.add(instance.offer().origin().number()));
        retiring.forEach(instance -> used.add(instance.offer().origin().number()));
        for (Bundle bundle : List.copyOf(leaving)) {
            if (!used.contains(bundle.getBundleId())) {
                leaving.remove(bundle);
                try {
                    bundle.uninstall();
                } catch (BundleException | IllegalStateException failure) {
                    LOG.atWarn().setCause(failure).log("{} cannot be uninstalled", bundle);
                }
            }
        }
    }

    private void tellHidden() {
        Offers offers = extender.offers();
        for (Offer offer : offers.all()) {
            offers.hiddenBy(offer)
                    .filter(preferred -> !preferred.origin().file().equals(offer.origin().file()))
                    .ifPresent(preferred -> warnOnce(
                            offer + " is not used, since " + preferred + " has the same name and goes before it"));
        }
    }

    private void warnOnce(String line) {
        if (told.add(line)) {
            LOG.atWarn().log(line);
        }
    }

    private void refuseOtherDirectory(Configuration configuration) throws ConfigurationException {
        if (!configuration.plugins().directory().equals(directoryPath)) {
            String text = "plugins.directory cannot change while the proxy runs: restart it";
            throw new ConfigurationException(List.of(new Problem(
                    Problem.Stage.VALIDATING,
                    Position.of(configuration.file().toString()),
                    List.of("plugins", "directory"),
                    text,
                    text)));
        }
    }
}
