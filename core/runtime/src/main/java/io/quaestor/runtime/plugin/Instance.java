package io.quaestor.runtime.plugin;

import io.quaestor.spi.replication.ReplicationTransport;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A strategy that was made of an offer, and serves or has served.
final class Instance {

    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

    private final Offer offer;
    private final Optional<Record> config;
    private final Object made;
    private final Object strategy;
    private final HostContext context;
    private final CallCount calls;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param made what the plug-in is
    Instance(Offer offer, Optional<Record> config, Object made, HostContext context) {
        this.offer = offer;
        this.config = config;
        this.made = made;
        this.calls = new CallCount();
        this.strategy = made instanceof ReplicationTransport transport ? new CountedTransport(transport, calls) : made;
        this.context = context;
    }

    Offer offer() {
        return offer;
    }

    /// What its record was bound to; empty if it has none.
    Optional<Record> config() {
        return config;
    }

    /// What serves; not always what the plug-in made.
    <T> T as(Class<T> contract) {
        return contract.cast(strategy);
    }

    /// Calls under way that may last.
    CallCount calls() {
        return calls;
    }

    boolean servesIn(Map<?, ?> cluster) {
        return context.cluster().equals(cluster);
    }

    /// Ends it, once. What the bundle made itself is ended by the bundle.
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (offer.ready().isEmpty() && made instanceof AutoCloseable closeable) {
            try {
                ContextClassLoader.run(offer.implementation(), closeable::close);
            } catch (Exception | LinkageError failure) {
                LOG.atWarn().addKeyValue("plugin", offer.toString()).setCause(failure).log("plug-in failed to close");
            }
        }
        context.close();
    }
}
