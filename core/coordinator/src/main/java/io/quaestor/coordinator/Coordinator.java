package io.quaestor.coordinator;

import io.quaestor.catalogue.Creation;
import io.quaestor.catalogue.InvalidRequest;
import io.quaestor.catalogue.MalformedRequest;
import io.quaestor.catalogue.Operation;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.catalogue.StorageRequest;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Router;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Leads each RPC from its first message to its record. It reads what the call is about, and hands it to whoever leads
/// its kind: reads, writes, creations, maintenance, storage-scoped calls, and those that the proxy answers itself.
///
/// See `docs/life-of-an-rpc.md`.
///
/// **Threads:** any; [#lead] is called on the event loop of the call, and never blocks.
public final class Coordinator implements Leader {

    private final RpcCatalogue catalogue;
    private final Supplier<ClusterView> view;
    private final PlacementCache cache;
    private final ReadLead reads;
    private final WriteLead writes;
    private final CreationLead creations;
    private final MaintenanceLead maintenance;
    private final StorageLead storages;
    private final Interceptors interceptors;
    private final WriteLedger ledger;
    private final Transactions transactions;
    private final WritesUnderWay underWay;
    private final ReadsUnderWay readsUnderWay;

    public Coordinator(CoordinatorParts parts) {
        var seeds = new Seeds(parts.seed());
        var background = new Background(parts.threads());
        catalogue = parts.catalogue();
        view = parts.view();
        cache = new PlacementCache(parts.cacheSize(), parts.lease()::isAwake);
        parts.lease().addStandstillListener(cache::allChanged);
        var placements = new PlacementReader(parts, cache, seeds);
        ledger = new WriteLedger(parts.datastore(), parts.clock());
        var settings = parts.transactions();
        var lease = parts.lease();
        underWay = new WritesUnderWay();
        var insistence = new Insistence(lease, background, parts.clock());
        var transactionMeters = new TransactionMeters(parts.meters());
        transactions = new Transactions(seeds.next(), settings.votesOnPublicPort(), transactionMeters);
        var writing = new WritingParts(
                transactions,
                new IntentLedger(parts.datastore(), lease, parts.clock(), insistence),
                lease,
                underWay,
                new Turns(parts.datastore(), lease, settings.turnLimit(), parts.clock(), insistence),
                new WriteRecorder(ledger, cache, parts.bell(), background, insistence),
                new Leftovers(new NodeRound(parts.nodes(), parts.threads()), parts.datastore()),
                background,
                settings,
                transactionMeters,
                parts.clock());
        var counters = new ReadCounters(parts.meters());
        readsUnderWay = new ReadsUnderWay();
        reads = new ReadLead(
                new Router(parts.reading()),
                view,
                cache,
                placements,
                background,
                seeds,
                counters,
                underWay,
                readsUnderWay,
                settings.readLimit());
        writes = new WriteLead(view, placements, writing);
        creations = new CreationLead(view, placements, writing, writes, seeds);
        maintenance = new MaintenanceLead(view, placements, background);
        storages = new StorageLead(view, seeds);
        interceptors = new Interceptors(parts, reads, cache, placements, background, seeds);
    }

    /// Where changes that other proxies make are to be told.
    public PlacementListener placementListener() {
        return cache;
    }

    /// Where the votes of nodes are to be taken.
    public VoteReceiver votes() {
        return transactions;
    }

    /// Forgets what is in memory of a repository: something became known that no notification tells.
    public void changed(RepositoryKey key) {
        cache.changed(key);
    }

    /// A node is no longer reached. The view of the cluster says so already. Any thread.
    public void nodeIsLost(NodeId node) {
        readsUnderWay.nodeIsLost(node);
    }

    /// Waits until no write waits for its record.
    ///
    /// @return `false` if the time was over before
    public boolean awaitRecords(Duration limit) throws InterruptedException {
        return ledger.awaitIdle(limit);
    }

    /// Whether no transaction is open, no read is under way, and no write waits for its record.
    boolean isIdle() throws InterruptedException {
        return transactions.count() == 0
                && underWay.isEmpty()
                && readsUnderWay.isEmpty()
                && ledger.awaitIdle(Duration.ZERO);
    }

    @Override
    public @Nullable Rpc find(String fullMethodName) {
        return catalogue.find(fullMethodName).orElse(null);
    }

    @Override
    public void lead(Exchange exchange, Rpc rpc, byte[] firstMessage) {
        Background.guard(() -> leadByScope(exchange, rpc, firstMessage), exchange);
    }

    private void leadByScope(Exchange exchange, Rpc rpc, byte[] firstMessage) {
        if (rpc.operation() == Operation.OWN) {
            exchange.fail(Failures.notServed(rpc));
            return;
        }
        switch (rpc.read(firstMessage)) {
            case RepositoryRequest request -> leadRepository(exchange, rpc, request);
            case StorageRequest request -> {
                if (!interceptors.lead(exchange, rpc, request)) {
                    storages.lead(exchange, rpc, request);
                }
            }
            case InvalidRequest request -> interceptors.refuse(exchange, rpc, request);
            case MalformedRequest request -> exchange.fail(Failures.of(request));
        }
    }

    private void leadRepository(Exchange exchange, Rpc rpc, RepositoryRequest request) {
        if (request.relativePath().indexOf('\0') >= 0) {
            exchange.fail(Failures.PATH_WITH_NUL);
            return;
        }
        var key = new RepositoryKey(new VirtualStorage(request.storage()), request.relativePath());
        if (interceptors.lead(exchange, rpc, request, key)) {
            return;
        }
        if (!view.get().knows(key.virtualStorage())) {
            exchange.fail(Failures.of(Refusal.STORAGE_UNKNOWN, ""));
            return;
        }
        switch (rpc.operation()) {
            case ACCESSOR -> reads.lead(exchange, rpc, request, key);
            case MUTATOR -> {
                if (rpc.creation() == Creation.NONE) {
                    writes.lead(exchange, rpc, request, key, WriteLead.PREFIX);
                } else {
                    creations.lead(exchange, rpc, request, key);
                }
            }
            case MAINTENANCE -> maintenance.lead(exchange, request, key);
            case OWN -> throw new IllegalStateException("refused before");
        }
    }
}
