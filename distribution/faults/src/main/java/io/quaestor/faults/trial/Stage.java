package io.quaestor.faults.trial;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.fault.Placed;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.load.Subject;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// The repositories of a series of runs. One is used again and again, until its stock is used up or something is wrong
/// with it.
final class Stage {

    /// In a run, that many are written.
    private static final int SUBJECTS = 2;

    /// What a run may take from the stock of one.
    private static final int ENOUGH = 800;

    /// Primaries are spread at random, so one that fits is found soon.
    private static final int ATTEMPTS = 12;

    private final Cluster cluster;
    private final Ticker ticker;
    private final Path workshops;
    private final Map<Subject, Map<Register, String>> good = new LinkedHashMap<>();
    private int made;

    /// @param workshops where commits are made
    Stage(Cluster cluster, Ticker ticker, Path workshops) {
        this.cluster = cluster;
        this.ticker = ticker;
        this.workshops = workshops;
    }

    /// @param target   what will be hurt
    /// @param subjects the first one fits the fault
    /// @param initial  the present values of their registers
    record Scenery(String target, List<Placed> subjects, Map<Register, String> initial) {}

    /// Chooses repositories for a run, and makes them if need be. They are out of use until they are kept.
    Scenery set(Fault fault, Random random) throws IOException, InterruptedException {
        good.keySet().removeIf(subject -> subject.left() < ENOUGH);
        var chosen = new ArrayList<Placed>();
        var target = "";
        for (var subject : List.copyOf(good.keySet())) {
            var placed = place(subject);
            var fits = chosen.isEmpty() ? fault.target(cluster, placed.primary(), random) : Optional.of(target);
            if (fits.isPresent() && chosen.size() < SUBJECTS) {
                target = fits.get();
                chosen.add(placed);
            }
        }
        for (int attempt = 0; chosen.size() < SUBJECTS; attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException("no repository fits " + fault.name());
            }
            var placed = place(create());
            var fits = chosen.isEmpty() ? fault.target(cluster, placed.primary(), random) : Optional.of(target);
            if (fits.isPresent()) {
                target = fits.get();
                chosen.add(placed);
            }
        }
        var initial = new HashMap<Register, String>();
        chosen.forEach(placed -> initial.putAll(Optional.ofNullable(good.remove(placed.subject())).orElseThrow()));
        return new Scenery(target, chosen, initial);
    }

    /// Keeps repositories that are sound for later runs, with the values that they have now.
    void keep(List<Subject> subjects, Map<Register, String> values) {
        for (var subject : subjects) {
            var own = new HashMap<Register, String>();
            subject.registers().forEach(r -> own.put(r, values.getOrDefault(r, subject.first())));
            good.put(subject, own);
        }
    }

    private Subject create() throws IOException, InterruptedException {
        made++;
        var subject = Subject.create(
                "faults/%d.git".formatted(made),
                workshops.resolve(made + ".git"),
                cluster.clients().getFirst());
        keep(List.of(subject), Map.of());
        var settled = new Convergence(cluster, ticker).await(List.of(subject), cluster.limits().convergence());
        if (!settled.isWhole()) {
            throw new IOException("a new repository does not get to all nodes: " + settled.records());
        }
        return subject;
    }

    private Placed place(Subject subject) throws IOException, InterruptedException {
        var state = cluster.state(subject.name())
                .orElseThrow(() -> new IOException("no proxy knows where " + subject.name() + " is"));
        return new Placed(subject, state.primary());
    }
}
