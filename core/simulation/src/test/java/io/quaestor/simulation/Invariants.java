package io.quaestor.simulation;

import io.quaestor.coordinator.StatusCode;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.nodes.NodeAnswer;
import io.quaestor.simulation.proxy.Answer;
import io.quaestor.simulation.proxy.Call;
import io.quaestor.simulation.proxy.Kind;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.simulation.replay.Records;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What must always hold. Looks at the datastore itself and at the disks of the nodes, which no proxy can do, after every
/// change of either.
final class Invariants {

    private final InMemoryDatastore datastore;
    private final RepairInvariants repairs;
    private final History history = new History();
    private final Map<String, Truth> truths = new TreeMap<>();
    private final Map<String, RepositoryKey> paths = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private Fleet fleet;

    /// Whether records of answered writes may be gone.
    private boolean forgetful;

    /// What a repository must have.
    private static final class Truth {
        /// The latest values that each proxy answered with OK.
        final Map<SimulatedProxy, TreeMap<String, Integer>> answeredBy = new HashMap<>();

        boolean created;

        /// Whether a replica was deleted because it was superfluous. A proxy that has not heard of that sends a read there,
        /// and passes on that there is no repository.
        boolean moved;

        long generation = -1;
    }

    /// @param datastore a session of its own
    Invariants(InMemoryDatastore datastore, RepairInvariants repairs) {
        this.datastore = datastore;
        this.repairs = repairs;
    }

    void watch(Fleet nodes) {
        this.fleet = nodes;
    }

    Optional<String> violation() {
        return violations.stream().findFirst();
    }

    /// A call begins.
    ///
    /// @return what a read must see, if its proxy answers it
    Map<String, Integer> begun(Call call, SimulatedProxy proxy) {
        history.begun(call);
        return new TreeMap<>(truth(call.key()).answeredBy.getOrDefault(proxy, new TreeMap<>()));
    }

    /// A call has ended.
    ///
    /// @param required what it must have seen
    void ended(Call call, SimulatedProxy proxy, Map<String, Integer> required, Answer answer) {
        if (forgetful) {
            return;
        }
        var truth = truth(call.key());
        if (answer.code() == StatusCode.NOT_FOUND && !required.isEmpty() && !truth.moved) {
            violate("P7: " + call + " of a repository that is there: " + answer);
        }
        rejected(call, answer).forEach(reference -> history.rejected(call, reference).ifPresent(this::violate));
        if (!answer.isOk()) {
            return;
        }
        if (!call.kind().writes()) {
            history.seen(call, answer.seen()).ifPresent(this::violate);
            var missing = history.missing(call.key(), required, answer.seen());
            if (!missing.isEmpty()) {
                violate("P11: " + call + " saw " + answer.seen() + " and not " + missing
                        + ", which the same proxy had answered before");
            }
            return;
        }
        if (call.kind() == Kind.CREATION && truth.created) {
            violate("P1: " + call + " succeeded although the repository was there");
        }
        truth.created |= call.kind() == Kind.CREATION;
        for (var reference : answer.changed()) {
            history.answered(call, reference).ifPresent(this::violate);
            truth.answeredBy.computeIfAbsent(proxy, _ -> new TreeMap<>()).put(reference, call.number());
        }
        checkRecord(call);
    }

    /// What a write says that it has not done, and will not do (P7).
    private static Set<String> rejected(Call call, Answer answer) {
        if (answer.isOk() && call.kind().writes()) {
            var rest = call.references();
            rest.removeAll(answer.changed());
            return rest;
        }
        boolean whole = call.changes().size() == 1 && NodeAnswer.REJECTIONS.contains(answer.text());
        return whole || answer.text().equals(NodeAnswer.HOOK_REFUSED) ? call.references() : Set.of();
    }

    /// P1: what was answered with OK is recorded: who has it, and a repair job for everyone else.
    private void checkRecord(Call call) {
        var found = find(call.key());
        if (found.isEmpty()) {
            violate("P1: " + call + " was answered and its repository is not recorded");
            return;
        }
        var placement = found.get();
        check(placement);
        var answered = history.answered(call.key());
        for (var replica : placement.replicas()) {
            boolean lacks = !history.missing(call.key(), answered, references(placement, replica)).isEmpty();
            if (lacks && replica.assigned() && !repairs.hasJobOrReason(call.key(), replica.storage())) {
                violate("P1: " + call + " was answered, and " + replica.storage() + " lacks it without a job: "
                        + placement + ", jobs " + repairs.jobs());
            }
        }
    }

    /// The datastore changed.
    void changed(RepositoryKey key) {
        find(key).ifPresent(placement -> {
            paths.put(placement.path().value(), key);
            var truth = truth(key);
            long generation = placement.generation().value();
            if (generation < truth.generation) {
                violate("generation of " + key + " went from " + truth.generation + " back to " + generation);
            }
            truth.generation = generation;
            check(placement);
        });
    }

    /// The datastore has lost its last commits, among them records of writes that were answered.
    void commitsWereLost() {
        forgetful = true;
        truths.values().forEach(truth -> truth.generation = -1);
        known().stream()
                .flatMap(key -> find(key).stream())
                .forEach(p -> p.replicas().forEach(r -> repairs.forgotten(p.key(), r.storage())));
    }

    /// A replica changed on its disk.
    void changed(Node node, ReplicaPath path) {
        var key = paths.get(path.value());
        if (key != null) {
            find(key).ifPresent(placement -> {
                check(placement);
                if (placement.path().equals(path) && !node.disk().has(path)) {
                    checkRemoval(node, placement);
                }
            });
        }
    }

    /// Some jobs have ended.
    void jobsChanged() {
        known().forEach(key -> find(key).flatMap(repairs::check).ifPresent(this::violate));
    }

    /// P5: when a replica of a known repository is deleted, another one that is up to date is on its disk. An operator may
    /// want this one again in the same moment; then it is copied again.
    private void checkRemoval(Node node, Placement placement) {
        truth(placement.key()).moved = true;
        var storage = node.id().storage();
        boolean kept = placement.replicas().stream()
                .filter(placement::isUpToDate)
                .anyMatch(r -> !r.storage().equals(storage) && node(placement, r).disk().has(placement.path()));
        if (!kept) {
            violate("8: " + storage + " has deleted its replica of " + placement);
        }
    }

    /// P1, P2: no replica that counts as up to date lacks a write that was answered with OK; while no write is under way,
    /// all that count as up to date are equal.
    private void check(Placement placement) {
        var answered = history.answered(placement.key());
        boolean quiet = !forgetful && placement.suspect().isEmpty() && isQuiet(placement);
        Replica first = null;
        for (var replica : placement.replicas()) {
            if (!placement.isUpToDate(replica) || isDeleted(placement, replica)) {
                continue;
            }
            var has = references(placement, replica);
            var missing = history.missing(placement.key(), answered, has);
            if (forgetful) {
                first = replica;
                continue;
            }
            history.rejected(placement.key(), has).ifPresent(this::violate);
            if (!missing.isEmpty() || !node(placement, replica).disk().has(placement.path())) {
                violate("P1: " + replica.storage() + " counts as up to date in " + placement + " and lacks " + missing
                        + " of " + answered + ": it has " + has);
            }
            if (first == null) {
                first = replica;
            } else if (quiet && !has.equals(references(placement, first))) {
                violate("P2: no write is under way, and " + first.storage() + " has " + references(placement, first)
                        + ", but " + replica.storage() + " has " + has + ": " + placement);
            }
        }
        if (first == null && placement.suspect().isEmpty()) {
            violate("nobody is up to date: " + placement);
        }
        repairs.check(placement).ifPresent(this::violate);
    }

    /// Its files go first and its record second; nobody is sent there meanwhile.
    private boolean isDeleted(Placement placement, Replica replica) {
        return replica.leaving() && !node(placement, replica).disk().has(placement.path());
    }

    private boolean isQuiet(Placement placement) {
        return Undisturbed.ask(() -> datastore.intents().orElseThrow().underWay(placement.id())) == 0;
    }

    /// The repositories that have no assigned replica that counts as up to date, but on these nodes: what is not assigned is
    /// not written to.
    Set<RepositoryKey> thatNeed(Set<Node> nodes) {
        var storages = nodes.stream().map(n -> n.id().storage()).toList();
        return known(placement -> placement.replicas().stream()
                .noneMatch(r -> r.assigned() && placement.isUpToDate(r) && !storages.contains(r.storage())));
    }

    /// The repositories with a write that is not recorded yet.
    Set<RepositoryKey> beingWritten() {
        return known(placement -> !isQuiet(placement));
    }

    /// The repositories whose replicas differ though nothing in the datastore says so: commits were lost, and there is no
    /// verifier that finds it out. Their replicas may never agree on a write again.
    Set<RepositoryKey> split() {
        return known(placement -> forgetful
                && isQuiet(placement)
                && placement.replicas().stream()
                                .filter(placement::isUpToDate)
                                .map(r -> references(placement, r))
                                .distinct()
                                .count()
                        > 1);
    }

    private Set<RepositoryKey> known(Predicate<Placement> which) {
        return known().stream()
                .filter(key -> find(key).filter(which).isPresent())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// In the end all replicas are up to date and equal, and known to be healthy.
    ///
    /// @param lost nodes that are not there any more
    /// @return what is not so; empty if all is well
    Optional<String> difference(Set<Node> lost) {
        for (var name : truths.keySet()) {
            var found = find(new RepositoryKey(Fleet.VIRTUAL_STORAGE, name));
            if (found.isEmpty()) {
                continue;
            }
            var placement = found.get();
            var contents = new TreeMap<String, Map<String, Integer>>();
            for (var replica : placement.replicas()) {
                boolean here = !lost.contains(node(placement, replica));
                if (here && !replica.healthy()) {
                    return Optional.of(replica.storage() + " is not healthy in " + placement);
                }
                if (here && replica.assigned() && !placement.isUpToDate(replica)) {
                    return Optional.of(replica.storage() + " is outdated in " + placement);
                }
                if (placement.isUpToDate(replica)) {
                    contents.put(replica.storage().value(), references(placement, replica));
                }
            }
            if (!forgetful && Set.copyOf(contents.values()).size() > 1) {
                return Optional.of("replicas of " + name + " differ: " + contents);
            }
        }
        return Optional.empty();
    }

    /// What the datastore knows.
    Records records() {
        return new Records(known().stream().flatMap(key -> find(key).stream()).toList(), repairs.jobs());
    }

    /// What is still under way.
    String leftovers() {
        var placements = known().stream().flatMap(key -> find(key).stream()).map(String::valueOf).toList();
        return "open intents: " + Undisturbed.ask(datastore::openIntents) + "\njobs: " + repairs.jobs() + "\nplacements: "
                + String.join("\n", placements);
    }

    /// All repositories that the datastore knows.
    List<RepositoryKey> known() {
        return truths.keySet().stream()
                .map(name -> new RepositoryKey(Fleet.VIRTUAL_STORAGE, name))
                .filter(key -> find(key).isPresent())
                .toList();
    }

    private Map<String, Integer> references(Placement placement, Replica replica) {
        return node(placement, replica).disk().references(placement.path());
    }

    private Node node(Placement placement, Replica replica) {
        return fleet.node(new NodeId(placement.key().virtualStorage(), replica.storage()));
    }

    private Optional<Placement> find(RepositoryKey key) {
        return Undisturbed.ask(() -> datastore.placements().find(key));
    }

    private Truth truth(RepositoryKey key) {
        return truths.computeIfAbsent(key.relativePath(), _ -> new Truth());
    }

    void violate(String what) {
        violations.add(what);
    }
}
