package io.quaestor.repair;

import io.quaestor.admin.HealthCode;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles the writes that proxies left behind when they died (architecture: write intents, rule 3).
///
/// ```text
///  under way ──its proxy's lease ends──▶ suspect ──nodes can write no longer──▶ ripe ──compared──▶ settled
///                    only the primary counts as up to date                  writes are held
/// ```
///
/// Every proxy does so; the datastore lets one at a time hold a repository. After the datastore was away, or has hung,
/// nothing is settled for one lease: until then every other proxy looks dead. What could not be settled rests for a while,
/// so that neither writes nor nodes are held up again and again.
///
/// **Threads:** one of its own, and one for each node that is asked.
public final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// For writes of living proxies to end while a repository is held; else it is tried again later.
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration DRAIN_PAUSE = Duration.ofMillis(50);

    /// Whoever takes longer to say what is suspect may have kept other proxies from renewing their leases.
    private static final Duration SLOW = Duration.ofSeconds(1);

    /// Before something is tried again that could not be settled.
    private static final Duration REST = Duration.ofSeconds(30);

    /// A proxy has some hundred writes under way when it dies; what cannot be settled yet must not hide the rest.
    private static final int MOST = 10_000;

    private final RecoverySettings settings;
    private final RepairParts parts;
    private final RecoveryParts own;
    private final ReplicaComparison comparison;
    private final Remover remover;
    private final BiConsumer<NodeId, RepositoryId> retry;
    private final Crew crew;
    private final Map<RepositoryId, RepositoryKey> suspects = new HashMap<>();

    /// Repositories that this proxy holds, or may hold: it is not known what came of a call. Nobody can write to them.
    private final Set<RepositoryId> held = new LinkedHashSet<>();

    private final Map<RepositoryId, Condemned> condemned = new LinkedHashMap<>();

    /// Until when something rests, by the clock that only goes forward.
    private final Map<RepositoryId, Long> resting = new HashMap<>();

    private long quietUntil;
    private boolean wasSlow;

    /// A creation that is never recorded.
    ///
    /// @param nodes on which its files may still be
    private record Condemned(SuspectWrite write, Set<NodeId> nodes) {}

    /// @param retry hears for which nodes jobs of which repository were added, or may be done now; see [Replicator#retry]
    public Recovery(
            RecoverySettings settings, RepairParts parts, RecoveryParts own, BiConsumer<NodeId, RepositoryId> retry) {
        this.settings = settings;
        this.parts = parts;
        this.own = own;
        this.retry = retry;
        comparison = new ReplicaComparison(parts);
        crew = new Crew(parts.clock(), parts.threads());
        remover = new Remover(parts, settings.nodeLimit(), crew);
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
                parts.clock().sleep(PERIOD);
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
        } catch (RuntimeException | Error e) { // a datastore is a plug-in, and nothing would be settled ever again
            LOG.error("settling writes of dead proxies failed by a defect", e);
        }
    }

    private void look(Intents intents, ProxyLife life) throws InterruptedException {
        for (var repository : List.copyOf(held)) { // by now there may be nothing to settle any more
            release(intents, life, repository);
        }
        long began = parts.clock().nanos();
        var found = intents.suspects(settings.ripeness(), MOST);
        noteSlowness(parts.clock().nanos() - began > SLOW.toNanos());
        tell(found);
        if (parts.clock().nanos() - quietUntil < 0) {
            return;
        }
        resting.values().removeIf(until -> parts.clock().nanos() - until >= 0);
        for (var write : found) {
            if (write.ripe() && !crew.isClosed() && !resting.containsKey(write.repository())) {
                settleApart(intents, life, write);
            }
        }
        clean();
    }

    /// Where the datastore is always slow, others renew their leases as slowly, and something has to be settled all the same.
    private void noteSlowness(boolean slow) {
        if (slow && !wasSlow) {
            LOG.info("the datastore is slow: nothing is settled for {} s", settings.lease().toSeconds());
            beQuiet();
        }
        wasSlow = slow;
    }

    /// What fails for one repository, and always will, keeps no other from being settled.
    private void settleApart(Intents intents, ProxyLife life, SuspectWrite write) throws InterruptedException {
        try {
            settle(intents, life, write);
        } catch (DatastoreUnavailableException e) {
            throw e; // for all
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("repository_id", write.repository().value())
                    .addKeyValue("error", e.toString())
                    .setCause(JobLog.stackOf(e))
                    .log("a write of a dead proxy could not be settled");
            rest(write);
        }
    }

    private void settle(Intents intents, ProxyLife life, SuspectWrite write) throws InterruptedException {
        if (write.creation()) {
            condemn(intents, write);
        } else if (suspects.containsKey(write.repository()) // one settlement is for all writes to a repository
                && !compare(intents, life, write)) {
            rest(write);
        }
    }

    private void rest(SuspectWrite write) {
        resting.put(write.repository(), parts.clock().nanos() + REST.toNanos());
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
                trusted(id, key);
            }
        });
        suspects.clear();
        suspects.putAll(now);
    }

    /// It is suspect no longer: what memory knows is not true any more, and jobs that waited for that go on.
    private void trusted(RepositoryId id, RepositoryKey key) {
        own.changed().accept(key);
        own.storages().apply(key.virtualStorage()).forEach(s -> retry.accept(new NodeId(key.virtualStorage(), s), id));
    }

    /// @return `false` if it is to rest
    private boolean compare(Intents intents, ProxyLife life, SuspectWrite write) throws InterruptedException {
        var id = write.repository();
        held.add(id);
        if (!intents.hold(life, id)) {
            held.remove(id);
            return true; // another proxy is at it
        }
        boolean settled = false;
        try {
            if (drains(intents, id) && isRipe(intents, id)) {
                var placement = parts.datastore().get().placements().find(id);
                settled = placement.isPresent() && settle(intents, life, placement.get());
            }
        } finally {
            if (settled) {
                held.remove(id);
            } else {
                release(intents, life, id);
            }
        }
        return settled;
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
        trusted(placement.id(), placement.key());
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
        if (!intents.abandon(write.intent())) {
            return; // its proxy has woken up
        }
        boolean known = parts.datastore().get().placements().find(write.repository()).isPresent();
        if (!known && condemned.size() < MOST) { // its proxy may have woken up, and have been faster
            var virtualStorage = write.key().virtualStorage();
            var nodes = new LinkedHashSet<NodeId>();
            own.storages().apply(virtualStorage).forEach(s -> nodes.add(new NodeId(virtualStorage, s)));
            condemned.put(write.repository(), new Condemned(write, nodes));
        }
    }

    /// Removes files of creations that were never recorded, from each node once it is reached. What is left when this proxy
    /// ends stays there.
    private void clean() throws InterruptedException {
        var failing = new HashSet<NodeId>(); // is not waited for once for each creation
        for (var creation : List.copyOf(condemned.values())) {
            var write = creation.write();
            if (!crew.isClosed() && !resting.containsKey(write.repository())) {
                clean(creation, failing);
            }
            if (creation.nodes().isEmpty()) {
                condemned.remove(write.repository());
            }
        }
    }

    private void clean(Condemned creation, Set<NodeId> failing) throws InterruptedException {
        var write = creation.write();
        var path = ReplicaPaths.of(write.repository(), write.key().relativePath());
        var reached = parts.reached().get();
        for (var node : List.copyOf(creation.nodes())) {
            if (!reached.contains(node) || failing.contains(node)) {
                continue;
            }
            if (removed(new RemovalTask(node, path, "recovery-" + write.repository().value()))) {
                creation.nodes().remove(node);
            } else {
                failing.add(node);
                rest(write);
            }
        }
    }

    private boolean removed(RemovalTask task) throws InterruptedException {
        try {
            remover.files(task);
            return true;
        } catch (NodeCallException | TimeLimitException e) {
            LOG.info("files of a creation whose proxy died are still there: {}", e.getMessage());
            return false;
        } catch (RuntimeException | Error e) { // a transport is a plug-in, and other creations are in line
            LOG.error("removing files of a creation whose proxy died failed by a defect", e);
            return false;
        }
    }

    private void beQuiet() {
        quietUntil = parts.clock().nanos() + settings.lease().toNanos();
    }
}
