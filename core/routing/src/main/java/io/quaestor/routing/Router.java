package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Decides where RPCs go.
///
/// **Threads:** any; keeps nothing between calls. Reads are routed on event loops.
public final class Router {

    private final Function<VirtualStorage, ReadDistribution> reading;

    /// @param reading the strategy of each virtual storage, asked for every read; never blocks
    public Router(Function<VirtualStorage, ReadDistribution> reading) {
        this.reading = reading;
    }

    /// Routes a read to any replica that is up to date and reached (RT 2.2).
    ///
    /// @param seed fresh for every read
    public Route read(ClusterView view, ReadPlacement placement, long seed) {
        var virtualStorage = placement.key().virtualStorage();
        var replicas = reached(view, virtualStorage, placement.upToDate());
        if (replicas.isEmpty()) {
            return new Route.Refused(whyNobodyReads(view, placement));
        }
        return choose(virtualStorage, placement.path(), replicas, seed);
    }

    /// Routes a read that failed at one node to another one.
    ///
    /// @param failed who is left out
    public Route readElsewhere(ClusterView view, ReadPlacement placement, StorageName failed, long seed) {
        var virtualStorage = placement.key().virtualStorage();
        var replicas = reached(view, virtualStorage, placement.upToDate()).stream()
                .filter(s -> !s.equals(failed))
                .toList();
        return replicas.isEmpty()
                ? new Route.Refused(Refusal.NO_SUITABLE_NODE)
                : choose(virtualStorage, placement.path(), replicas, seed);
    }

    /// Routes a read that only the primary may serve (RT 2.1). Unlike Praefect an outdated primary serves none
    /// (RT 11.22).
    public static Route readFromPrimary(ClusterView view, Placement placement) {
        var virtualStorage = placement.key().virtualStorage();
        if (view.reached(virtualStorage).isEmpty()) {
            return new Route.Refused(Refusal.NO_HEALTHY_NODES);
        }
        return switch (writablePrimary(view, placement)) {
            case Primary.Usable usable ->
                new Route.Read(new NodeId(virtualStorage, usable.storage()), placement.path(), Optional.empty());
            case Primary.Unusable unusable when unusable.reason() == Refusal.READ_ONLY ->
                new Route.Refused(Refusal.NO_SUITABLE_NODE); // nobody wants to write; an up-to-date node may come back
            case Primary.Unusable unusable -> new Route.Refused(unusable.reason());
        };
    }

    /// Routes a write to a known repository, after its primary was elected (RT 3.1).
    ///
    /// @param additionalPath where the second repository of the RPC lies; empty if it names none
    public static Route write(ClusterView view, Placement placement, Optional<ReplicaPath> additionalPath) {
        var virtualStorage = placement.key().virtualStorage();
        if (view.reached(virtualStorage).isEmpty()) {
            return new Route.Refused(Refusal.NO_HEALTHY_NODES);
        }
        return switch (writablePrimary(view, placement)) {
            case Primary.Usable usable -> writeTo(usable.storage(), view, placement, additionalPath);
            case Primary.Unusable unusable -> new Route.Refused(unusable.reason());
        };
    }

    private static Route writeTo(
            StorageName primary, ClusterView view, Placement placement, Optional<ReplicaPath> additionalPath) {
        var virtualStorage = placement.key().virtualStorage();
        if (placement.replica(primary).filter(Replica::assigned).isEmpty()) {
            return new Route.Refused(Refusal.PRIMARY_NOT_ASSIGNED);
        }
        var secondaries = new ArrayList<StorageName>();
        var lagging = new ArrayList<StorageName>();
        for (var replica : placement.replicas()) {
            if (replica.assigned() && !replica.storage().equals(primary)) {
                boolean takesPart = placement.isUpToDate(replica)
                        && view.reaches(virtualStorage, replica.storage())
                        && VoteFamilies.areAlike(view, virtualStorage, primary, replica.storage());
                (takesPart ? secondaries : lagging).add(replica.storage());
            }
        }
        return new Route.Write(
                placement.id(), placement.key(), placement.path(), additionalPath, primary, secondaries, lagging);
    }

    /// Routes a maintenance RPC to all assigned replicas that are reached, outdated ones too (RT 3.4).
    public static Route maintenance(ClusterView view, Placement placement) {
        var virtualStorage = placement.key().virtualStorage();
        var nodes = placement.replicas().stream()
                .filter(r -> r.assigned() && r.generation().isRecorded())
                .filter(r -> view.reaches(virtualStorage, r.storage()))
                .map(r -> new NodeId(virtualStorage, r.storage()))
                .toList();
        return nodes.isEmpty()
                ? new Route.Refused(Refusal.NO_HEALTHY_NODES)
                : new Route.Maintenance(placement.path(), nodes);
    }

    /// Routes an RPC that is about a virtual storage to any of its nodes (RT 1.10).
    public static Route storage(ClusterView view, VirtualStorage virtualStorage, long seed) {
        if (!view.knows(virtualStorage)) {
            return new Route.Refused(Refusal.VIRTUAL_STORAGE_UNKNOWN);
        }
        var reached = view.reached(virtualStorage);
        return reached.isEmpty()
                ? new Route.Refused(Refusal.NO_HEALTHY_NODES)
                : new Route.Storage(new NodeId(virtualStorage, reached.get(pick(seed, reached.size()))));
    }

    private Route choose(VirtualStorage virtualStorage, ReplicaPath path, List<StorageName> replicas, long seed) {
        String complaint;
        try {
            var chosen = reading.apply(virtualStorage).choose(new ReadRequest(virtualStorage, replicas, seed));
            if (replicas.contains(chosen)) {
                return new Route.Read(new NodeId(virtualStorage, chosen), path, Optional.empty());
            }
            complaint = "reading strategy chose a replica that was not offered";
        } catch (RuntimeException | LinkageError e) { // a plug-in that lacks a class throws the latter
            complaint = "reading strategy failed: " + e;
        }
        var node = new NodeId(virtualStorage, replicas.get(pick(seed, replicas.size())));
        return new Route.Read(node, path, Optional.of(complaint));
    }

    private static List<StorageName> reached(
            ClusterView view, VirtualStorage virtualStorage, List<StorageName> storages) {
        for (var storage : storages) {
            if (!view.reaches(virtualStorage, storage)) {
                return storages.stream()
                        .filter(s -> view.reaches(virtualStorage, s))
                        .toList();
            }
        }
        return storages; // the common case allocates nothing
    }

    private static Refusal whyNobodyReads(ClusterView view, ReadPlacement placement) {
        if (view.reached(placement.key().virtualStorage()).isEmpty()) {
            return Refusal.NO_HEALTHY_NODES;
        }
        return placement.upToDate().isEmpty() ? Refusal.NO_UP_TO_DATE_REPLICA : Refusal.NO_SUITABLE_NODE;
    }

    private static Primary writablePrimary(ClusterView view, Placement placement) {
        if (placement.upToDate().isEmpty()) {
            return new Primary.Unusable(Refusal.NO_UP_TO_DATE_REPLICA);
        }
        if (placement.primary().isEmpty()) {
            return new Primary.Unusable(Refusal.NO_PRIMARY);
        }
        var primary = placement.primary().get();
        if (!view.reaches(placement.key().virtualStorage(), primary)) {
            return new Primary.Unusable(Refusal.PRIMARY_NOT_HEALTHY);
        }
        if (!placement.upToDate().contains(primary)) {
            return new Primary.Unusable(Refusal.READ_ONLY);
        }
        return new Primary.Usable(primary);
    }

    static int pick(long seed, int count) {
        // the high bits, because seeds of a simulation may count upwards
        return (int) Long.remainderUnsigned((seed * 0x9E3779B97F4A7C15L) >>> 20, count);
    }

    private sealed interface Primary {
        record Usable(StorageName storage) implements Primary {}

        record Unusable(Refusal reason) implements Primary {}
    }
}
