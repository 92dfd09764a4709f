package io.quaestor.simulation;

import io.quaestor.coordinator.StatusCode;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.proxy.Answer;
import io.quaestor.simulation.proxy.Call;
import io.quaestor.simulation.proxy.Kind;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What must always hold. Looks at the datastore itself and at the disks of the nodes, which no proxy can do, after every
/// change of either.
final class Invariants {

    private final InMemoryDatastore datastore;
    private final History history = new History();
    private final Map<String, Truth> truths = new TreeMap<>();
    private final Map<String, RepositoryKey> paths = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private Fleet fleet;

    /// What a repository must have.
    private static final class Truth {
        /// The latest values that each proxy answered with OK.
        final Map<SimulatedProxy, TreeMap<String, Integer>> answeredBy = new HashMap<>();

        boolean created;
        long generation = -1;
    }

    /// @param datastore a session of its own
    Invariants(InMemoryDatastore datastore) {
        this.datastore = datastore;
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
        var truth = truth(call.key());
        if (answer.code() == StatusCode.NOT_FOUND && !required.isEmpty()) {
            violate("P7: " + call + " of a repository that is there: " + answer);
        }
        if (!answer.isOk()) {
            return;
        }
        if (!call.kind().writes()) {
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
            if (lacks && replica.assigned() && !hasJob(call.key(), replica)) {
                violate("P1: " + call + " was answered, and " + replica.storage() + " lacks it without a job: "
                        + placement + ", jobs " + undisturbed(datastore::jobs));
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

    /// A replica changed on its disk.
    void changed(Node node, ReplicaPath path) {
        var key = paths.get(path.value());
        if (key != null) {
            find(key).ifPresent(this::check);
        }
    }

    /// P1, P2: no replica that counts as up to date lacks a write that was answered with OK; while no write is under way,
    /// all that count as up to date are equal.
    private void check(Placement placement) {
        var answered = history.answered(placement.key());
        boolean quiet = placement.suspect().isEmpty() && isQuiet(placement);
        Replica first = null;
        for (var replica : placement.replicas()) {
            if (!placement.isUpToDate(replica)) {
                continue;
            }
            var has = references(placement, replica);
            var missing = history.missing(placement.key(), answered, has);
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
    }

    private boolean isQuiet(Placement placement) {
        return undisturbed(() -> datastore.intents().orElseThrow().underWay(placement.id())) == 0;
    }

    /// In the end all replicas are up to date and equal.
    ///
    /// @return what is not so; empty if all is well
    Optional<String> difference() {
        for (var name : truths.keySet()) {
            var found = find(new RepositoryKey(Fleet.VIRTUAL_STORAGE, name));
            if (found.isEmpty()) {
                continue;
            }
            var placement = found.get();
            var contents = new TreeMap<String, Map<String, Integer>>();
            for (var replica : placement.replicas()) {
                if (replica.assigned() && !placement.isUpToDate(replica)) {
                    return Optional.of(replica.storage() + " is outdated in " + placement);
                }
                if (placement.isUpToDate(replica)) {
                    contents.put(replica.storage().value(), references(placement, replica));
                }
            }
            if (Set.copyOf(contents.values()).size() > 1) {
                return Optional.of("replicas of " + name + " differ: " + contents);
            }
        }
        return Optional.empty();
    }

    /// What is still under way.
    String leftovers() {
        return "open intents: " + undisturbed(datastore::openIntents) + "\njobs: " + undisturbed(datastore::jobs);
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

    private boolean hasJob(RepositoryKey key, Replica replica) {
        return undisturbed(datastore::jobs).stream()
                .anyMatch(j -> j.job().key().equals(key) && j.job().target().equals(replica.storage()));
    }

    private Optional<Placement> find(RepositoryKey key) {
        return undisturbed(() -> datastore.placements().find(key));
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws InterruptedException;
    }

    /// Asks on whatever thread made the change, without a trace on it.
    private static <T> T undisturbed(Question<T> question) {
        boolean interrupted = Thread.interrupted();
        try {
            return question.ask();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody else runs", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Truth truth(RepositoryKey key) {
        return truths.computeIfAbsent(key.relativePath(), _ -> new Truth());
    }

    void violate(String what) {
        violations.add(what);
    }
}
