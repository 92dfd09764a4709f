package io.quaestor.faults.trial;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.cluster.RepositoryState;
import io.quaestor.faults.history.Read;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.load.LocalGit;
import io.quaestor.faults.load.Subject;
import io.quaestor.faults.system.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Waits until the records say that every replica has everything, and then looks whether that is so, on the disks.
record Convergence(Cluster cluster, Ticker ticker) {

    /// Two looks at the disks, that far apart, must see the same: something could be under way still.
    private static final Duration TWICE = Duration.ofMillis(300);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /// @param isWhole whether the records and the disks came to agree within the limit
    /// @param values  of each register on each node, as they are on the disks
    /// @param records what a proxy says, for people
    record Result(boolean isWhole, Duration took, Map<Register, Map<String, String>> values, String records) {

        /// The one value of a register.
        ///
        /// @return empty if there are several
        Optional<String> value(Register register) {
            var all = values.getOrDefault(register, Map.of()).values().stream().distinct().toList();
            return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
        }
    }

    Result await(List<Subject> subjects, Duration limit) throws IOException, InterruptedException {
        long begin = ticker.nanos();
        while (true) {
            var took = ticker.since(begin);
            var states = states(subjects);
            if (states.size() == subjects.size()
                    && states.values().stream().allMatch(RepositoryState::isWhole)) {
                var values = values(subjects, states);
                ticker.pause(TWICE);
                if (alike(values) && values.equals(values(subjects, states))) {
                    return new Result(true, took, values, "");
                }
            }
            if (took.compareTo(limit) > 0) {
                return new Result(false, took, values(subjects, states), states.toString());
            }
            ticker.pause(PAUSE);
        }
    }

    private Map<Subject, RepositoryState> states(List<Subject> subjects) throws InterruptedException {
        var states = new HashMap<Subject, RepositoryState>();
        for (var subject : subjects) {
            cluster.state(subject.name()).ifPresent(state -> states.put(subject, state));
        }
        return states;
    }

    private Map<Register, Map<String, String>> values(List<Subject> subjects, Map<Subject, RepositoryState> states)
            throws IOException, InterruptedException {
        var values = new HashMap<Register, Map<String, String>>();
        for (var subject : subjects) {
            var state = states.get(subject);
            for (var node : cluster.nodes().entrySet()) {
                var copy = state == null ? Map.<String, String>of() : references(node.getValue(), state);
                for (var register : subject.registers()) {
                    values.computeIfAbsent(register, _ -> new TreeMap<>())
                            .put(node.getKey(), copy.getOrDefault(register.reference(), Read.ABSENT));
                }
            }
        }
        return values;
    }

    private static Map<String, String> references(Path storage, RepositoryState state)
            throws IOException, InterruptedException {
        var copy = storage.resolve(state.replicaPath());
        return Files.isDirectory(copy) ? new LocalGit(copy).references() : Map.of();
    }

    private static boolean alike(Map<Register, Map<String, String>> values) {
        return values.values().stream()
                .allMatch(onNodes -> onNodes.values().stream().distinct().count() == 1);
    }
}
