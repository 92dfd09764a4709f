package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.threads.Crew;
import io.quaestor.threads.TimeLimitException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles the writes that proxies left behind when they died (architecture: write intents, rule 3).
///
/// ```text
///  under way ──its proxy's lease ends──▶ suspect ──nodes can write no longer──▶ ripe ──compared──▶ settled
///                    only the primary counts as up to date                  writes are held
/// ```
///
/// Every proxy does so; the datastore lets one at a time hold a repository. After the datastore was away nothing is
/// settled for one lease: until then every other proxy looks dead.
///
/// **Threads:** one of its own, and one for each node that is asked.
public final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// For writes of living proxies to end while a repository is held; else it is tried again later.
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration DRAIN_PAUSE = Duration.ofMillis(50);

    /// A proxy has some hundred writes under way when it dies; what cannot be settled yet must not hide the rest.
    private static final int MOST = 10_000;

    private final RecoverySettings settings;
    private final RepairParts parts;
    private final RecoveryParts own;
    private final ReplicaComparison comparison;
    private final Consumer<NodeId> wake;
    private final Crew crew;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ending = lock.newCondition();
    private final Map<RepositoryId, RepositoryKey> suspects = new HashMap<>();

    /// Repositories that this proxy holds, or may hold: it is not known what came of a call. Nobody can write to them.
    private final Set<RepositoryId> held = new LinkedHashSet<>();

    private final Map<IntentId, SuspectWrite> condemned = new LinkedHashMap<>();
    private long quietUntil;

    /// @param wake hears for which nodes jobs were added; see [Replicator#wake]
    public Recovery(RecoverySettings settings, RepairParts parts, RecoveryParts own, Consumer<NodeId> wake) {
        this.settings = settings;
        this.parts = parts;
        this.own = own;
        this.wake = wake;
        comparison = new ReplicaComparison(parts);
        crew = new Crew(parts.clock(), parts.threads());
    }

    /// Starts to look. Called once, after the lease of this proxy was started.
    public void start() {
        beQuiet(); // nobody knows how long the datastore was away before
        crew.start("recovery", this::work);
    }

    /// Ends, in the middle of a comparison too.
    ///
    /// @return `false` if the time was over before
    public boolean stop(Duration limit) throws InterruptedException {
        crew.close();
        crew.interrupt();
        return crew.awaitEnd(limit);
    }

    private void work() {
        try {
            while (!crew.isClosed()) {
                look();
                pause();
            }
        } catch (InterruptedException _) {
            // only stop() interrupts
        }
    }

    private void look() throws InterruptedException {
        try {
            var intents = parts.datastore().get().intents();
            var life = own.life().get();
            if (intents.isPresent() && life.isPresent()) {
                look(intents.get(), life.get());
            }
        } catch (DatastoreException e) {
            LOG.debug("nothing is settled while the datastore is away: {}", e.getMessage());
            beQuiet();
        } catch (RuntimeException e) {
            LOG.error("settling writes of dead proxies failed by a defect", e);
        }
    }

    private void look(Intents intents, ProxyLife life) throws InterruptedException {
        for (var repository : List.copyOf(held)) { // by now there may be nothing to settle any more
            release(intents, life, repository);
        }
        var found = intents.suspects(settings.ripeness(), MOST);
        tell(found);
        if (parts.clock().nanos() - quietUntil < 0) {
            return;
        }
        for (var write : found) {
            if (write.ripe() && !crew.isClosed()) {
                settle(intents, life, write);
            }
        }
        clean();
    }

    private void settle(Intents intents, ProxyLife life, SuspectWrite write) throws InterruptedException {
        if (write.creation()) {
            condemn(intents, write);
        } else if (suspects.containsKey(write.repository())) { // one settlement is for all writes to a repository
            compare(intents, life, write);
        }
    }

    /// Says what is new, and makes memory forget what it believed.
    private void tell(List<SuspectWrite> found) {
        var now = new HashMap<RepositoryId, RepositoryKey>();
        for (var write : found) {
            if (write.creation()) {
                continue;
            }
            if (now.put(write.repository(), write.key()) == null && !suspects.containsKey(write.repository())) {
                own.changed().accept(write.key());
                LOG.atWarn()
                        .addKeyValue(HealthCode.KEY, HealthCode.REPOSITORY_SUSPECT)
                        .addKeyValue("repository_id", write.repository().value())
                        .addKeyValue("virtual_storage", write.key().virtualStorage().name())
                        .addKeyValue("relative_path", write.key().relativePath())
                        .addKeyValue("since", write.since())
                        .log("a proxy died in the middle of a write: only the primary counts as up to date for now");
            }
        }
        suspects.forEach((id, key) -> {
            if (!now.containsKey(id)) {
                own.changed().accept(key);
            }
        });
        suspects.clear();
        suspects.putAll(now);
    }

    private void compare(Intents intents, ProxyLife life, SuspectWrite write) throws InterruptedException {
        var id = write.repository();
        held.add(id);
        if (!intents.hold(life, id)) {
            held.remove(id);
            return; // another proxy is at it
        }
        boolean settled = false;
        try {
            if (!drains(intents, id) || !isRipe(intents, id)) {
                return;
            }
            var placement = parts.datastore().get().placements().find(id);
            if (placement.isPresent()) {
                settled = settle(intents, life, placement.get());
            }
        } finally {
            if (settled) {
                held.remove(id);
            } else {
                release(intents, life, id);
            }
        }
    }

    private void release(Intents intents, ProxyLife life, RepositoryId repository) throws InterruptedException {
        intents.release(life, repository);
        held.remove(repository);
    }

    private boolean drains(Intents intents, RepositoryId id) throws InterruptedException {
        long began = parts.clock().nanos();
        while (intents.underWay(id) > 0) {
            if (parts.clock().nanos() - began > DRAIN_LIMIT.toNanos()) {
                return false;
            }
            parts.clock().sleep(DRAIN_PAUSE);
        }
        return true;
    }

    /// Another proxy may have died since.
    private boolean isRipe(Intents intents, RepositoryId id) throws InterruptedException {
        return intents.suspects(settings.ripeness(), MOST).stream()
                .filter(w -> w.repository().equals(id))
                .allMatch(SuspectWrite::ripe);
    }

    private boolean settle(Intents intents, ProxyLife life, Placement placement) throws InterruptedException {
        var verdict = comparison.of(placement, "recovery-" + placement.id().value());
        if (verdict.isEmpty() || !intents.settle(life, verdict.get())) {
            return false;
        }
        suspects.remove(placement.id());
        own.changed().accept(placement.key());
        verdict.get().different().forEach(s -> wake.accept(new NodeId(placement.key().virtualStorage(), s)));
        LOG.atInfo()
                .addKeyValue("repository_id", placement.id().value())
                .addKeyValue("virtual_storage", placement.key().virtualStorage().name())
                .addKeyValue("relative_path", placement.key().relativePath())
                .addKeyValue("reference", verdict.get().reference().value())
                .addKeyValue("equal", verdict.get().equal().toString())
                .addKeyValue("different", verdict.get().different().toString())
                .log("replicas were compared after a proxy had died");
        return true;
    }

    /// A creation that was left behind is never recorded from now on; then its files belong to nobody.
    private void condemn(Intents intents, SuspectWrite write) throws InterruptedException {
        intents.abandon(write.intent());
        boolean known = parts.datastore().get().placements().find(write.repository()).isPresent();
        if (!known && condemned.size() < MOST) { // its proxy may have woken up, and have been faster
            condemned.put(write.intent(), write);
        }
    }

    /// Removes files of creations that were never recorded, from each node once it is reached. What is left when this proxy
    /// ends stays there.
    private void clean() throws InterruptedException {
        for (var write : List.copyOf(condemned.values())) {
            if (!crew.isClosed() && isClean(write)) {
                condemned.remove(write.intent());
            }
        }
    }

    private boolean isClean(SuspectWrite write) throws InterruptedException {
        var path = ReplicaPaths.of(write.repository(), write.key().relativePath());
        var virtualStorage = write.key().virtualStorage();
        var transport = parts.transport().apply(virtualStorage);
        Set<NodeId> reached = parts.reached().get();
        boolean all = true;
        for (var storage : own.storages().apply(virtualStorage)) {
            var node = new NodeId(virtualStorage, storage);
            all &= reached.contains(node) && removed(() -> {
                transport.remove(new RemovalTask(node, path, "recovery-" + write.repository().value()), parts.nodes());
                return node;
            });
        }
        return all;
    }

    private boolean removed(Crew.Call<NodeId, NodeCallException> removal) throws InterruptedException {
        try {
            crew.within(settings.nodeLimit(), removal);
            return true;
        } catch (NodeCallException | TimeLimitException e) {
            LOG.info("files of a creation whose proxy died are still there: {}", e.getMessage());
            return false;
        }
    }

    private void beQuiet() {
        quietUntil = parts.clock().nanos() + settings.lease().toNanos();
    }

    private void pause() throws InterruptedException {
        lock.lock();
        try {
            parts.clock().await(ending, PERIOD);
        } finally {
            lock.unlock();
        }
    }
}
