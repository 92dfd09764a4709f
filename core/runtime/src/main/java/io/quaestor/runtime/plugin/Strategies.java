package io.quaestor.runtime.plugin;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The strategies that serve now. They are exchanged as a whole; whoever asks sees all of the old ones or all of the new
/// ones.
///
/// Ask for each call, and keep what was given until that call is over: a strategy that was exchanged goes on working for
/// the drain time of the configuration. A virtual storage is known if the configuration that holds has it.
///
/// **Threads:** any, event loops included: a question is a volatile read and a look-up.
public final class Strategies {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot;

    Strategies(Snapshot first) {
        this.snapshot = first;
    }

    /// What serves one virtual storage.
    ///
    /// @param feedback the same as `reading` if that wants to learn, else one that forgets
    public record Serving(
            ReadDistribution reading,
            ReadFeedback feedback,
            ElectionStrategy election,
            ReplicationTransport replication) {

        static Serving of(ReadDistribution reading, ElectionStrategy election, ReplicationTransport replication) {
            return new Serving(
                    reading, reading instanceof ReadFeedback learns ? learns : Forgetful.INSTANCE, election, replication);
        }
    }

    /// All that serves at one time.
    record Snapshot(Map<VirtualStorage, Serving> serving, Datastore datastore) {

        Snapshot {
            serving = Map.copyOf(serving);
        }
    }

    /// All that serves a virtual storage, as of one instant.
    ///
    /// @throws IllegalArgumentException if the configuration does not have it
    public Serving of(VirtualStorage virtualStorage) {
        Serving serving = snapshot.serving().get(virtualStorage);
        if (serving == null) {
            throw new IllegalArgumentException("virtual storage is not configured: " + virtualStorage);
        }
        return serving;
    }

    /// Which replica serves a read?
    public ReadDistribution reading(VirtualStorage virtualStorage) {
        return of(virtualStorage).reading();
    }

    /// Who is told of calls?
    public ReadFeedback feedback(VirtualStorage virtualStorage) {
        return of(virtualStorage).feedback();
    }

    /// Who is the primary?
    public ElectionStrategy election(VirtualStorage virtualStorage) {
        return of(virtualStorage).election();
    }

    /// How do replicas get their contents?
    public ReplicationTransport replication(VirtualStorage virtualStorage) {
        return of(virtualStorage).replication();
    }

    /// Where are records kept? The same as long as the proxy runs; not started here.
    public Datastore datastore() {
        return snapshot.datastore();
    }

    /// Calls somebody after each exchange, on the thread that made it. It must not block.
    public void onExchange(Runnable listener) {
        listeners.add(listener);
    }

    void exchange(Snapshot next) {
        snapshot = next;
        listeners.forEach(Runnable::run);
    }

    private enum Forgetful implements ReadFeedback {
        INSTANCE;

        @Override
        public void started(NodeId node) {}

        @Override
        public void ended(NodeId node, long nanos, boolean failed) {}
    }
}
