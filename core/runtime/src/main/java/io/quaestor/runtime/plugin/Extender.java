package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.spi.plugin.StrategyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows what active bundles offer: the classes that they declare, and the services that they register, whoever installed
/// and started them.
///
/// **Threads:** any. Calls nobody but `changed`, which must not block.
final class Extender
        implements BundleTrackerCustomizer<Bundle>, ServiceTrackerCustomizer<Object, Offer>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Extender.class);

    private final BundleContext context;
    private final Runnable changed;
    private final BundleTracker<Bundle> bundles;
    private final List<ServiceTracker<Object, Offer>> services = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Bundle, List<Offer>> declared = new HashMap<>();
    private final Map<ServiceReference<Object>, Offer> registered = new HashMap<>();
    private final Map<Bundle, Boolean> withdrawn = new HashMap<>();

    Extender(BundleContext context, Runnable changed) {
        this.context = context;
        this.changed = changed;
        this.bundles = new BundleTracker<>(context, Bundle.ACTIVE, this);
    }

    void open() {
        bundles.open();
        for (StrategyKind kind : StrategyKind.values()) {
            var tracker = new ServiceTracker<Object, Offer>(context, kind.contract().getName(), this);
            tracker.open(true); // also those whose bundle came by its own way to the interface
            services.add(tracker);
        }
    }

    /// What is offered now.
    Offers offers() {
        lock.lock();
        try {
            Collection<Offer> all = new ArrayList<>(registered.values());
            declared.values().forEach(all::addAll);
            return new Offers(all);
        } finally {
            lock.unlock();
        }
    }

    /// What one bundle offers.
    List<Offer> offers(Bundle bundle) {
        return offers().all().stream()
                .filter(offer -> offer.origin().number() == bundle.getBundleId())
                .toList();
    }

    /// Forgets what a bundle offers, while it goes on for those who use it.
    void withdraw(Bundle bundle) {
        lock.lock();
        try {
            withdrawn.put(bundle, true);
            declared.remove(bundle);
            registered.keySet().removeIf(service -> bundle.equals(service.getBundle()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Bundle addingBundle(Bundle bundle, @Nullable BundleEvent event) {
        if (bundle.getBundleId() == 0) {
            return null;
        }
        var offers = StrategyClasses.read(new OfBundle(bundle), PluginLocation.origin(bundle), Extender::tell);
        lock.lock();
        try {
            declared.put(bundle, offers);
        } finally {
            lock.unlock();
        }
        changed.run();
        return bundle;
    }

    @Override
    public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, Bundle same) {}

    @Override
    public void removedBundle(Bundle bundle, @Nullable BundleEvent event, Bundle same) {
        lock.lock();
        try {
            declared.remove(bundle);
            withdrawn.remove(bundle);
        } finally {
            lock.unlock();
        }
        changed.run();
    }

    @Override
    public @Nullable Offer addingService(ServiceReference<Object> service) {
        Object strategy = context.getService(service);
        if (strategy == null) {
            return null;
        }
        Optional<Offer> offer = offer(service, strategy);
        if (offer.isEmpty()) {
            context.ungetService(service);
            return null;
        }
        lock.lock();
        try {
            if (!withdrawn.containsKey(service.getBundle())) {
                registered.put(service, offer.get());
            }
        } finally {
            lock.unlock();
        }
        changed.run();
        return offer.get();
    }

    @Override
    public void modifiedService(ServiceReference<Object> service, Offer offer) {}

    @Override
    public void removedService(ServiceReference<Object> service, Offer offer) {
        lock.lock();
        try {
            registered.remove(service);
        } finally {
            lock.unlock();
        }
        context.ungetService(service);
        changed.run();
    }

    @Override
    public void close() {
        services.forEach(ServiceTracker::close);
        bundles.close();
    }

    /// A service is named by its property, or by the annotation of its class.
    private static Optional<Offer> offer(ServiceReference<Object> service, Object strategy) {
        var says = strategy.getClass().getAnnotation(StrategyProvider.class);
        String id = service.getProperty(StrategyProvider.CAPABILITY) instanceof String property
                ? property
                : says == null ? "" : says.id();
        Origin origin = PluginLocation.origin(service.getBundle());
        if (id.isEmpty()) {
            tell(origin + ": the service " + strategy.getClass().getName() + " has neither the property "
                    + StrategyProvider.CAPABILITY + " nor @StrategyProvider with the name to choose it by");
            return Optional.empty();
        }
        return StrategyKind.of(strategy.getClass())
                .map(kind -> new Offer(
                        kind,
                        id,
                        says == null ? "" : says.praefect(),
                        "",
                        origin,
                        strategy.getClass(),
                        Optional.of(strategy)));
    }

    private static void tell(String line) {
        LOG.atError().log("plug-in refused: {}", line);
    }

    /// A bundle as content. Its headers are those of the manifest, not translated.
    private record OfBundle(Bundle bundle) implements StrategyClasses.Content {

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(bundle.getHeaders("").get(name));
        }

        @Override
        public Optional<InputStream> entry(String name) throws IOException {
            URL url = bundle.getEntry(name);
            return url == null ? Optional.empty() : Optional.of(url.openStream());
        }

        @Override
        public Class<?> load(String name) throws ClassNotFoundException {
            return bundle.loadClass(name);
        }
    }
}
