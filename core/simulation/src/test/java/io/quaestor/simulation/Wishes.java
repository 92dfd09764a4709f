package io.quaestor.simulation;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.proxy.Answer;
import io.quaestor.simulation.proxy.Call;
import io.quaestor.simulation.proxy.Kind;
import io.quaestor.spi.model.RepositoryKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What clients know of repositories, and what they want to write next: always on top of the value that they know.
final class Wishes {

    private static final List<String> REFERENCES = List.of("a", "b", "c", "d");
    private static final List<Kind> KINDS = List.of(Kind.WRITE, Kind.WRITE, Kind.BRANCH, Kind.PUSH, Kind.PUSH);

    private final Chance chance;
    private final Map<RepositoryKey, TreeMap<String, Integer>> known = new HashMap<>();
    private final Set<RepositoryKey> doubtful = new HashSet<>();

    Wishes(Chance chance) {
        this.chance = chance;
    }

    /// Whether something may be there that nobody knows.
    boolean mustRead(RepositoryKey key) {
        return doubtful.contains(key);
    }

    Call write(int number, RepositoryKey key) {
        var kind = chance.of(KINDS);
        int count = chance.of(List.of(1, 1, 1, 2, 3));
        var references = new ArrayList<>(REFERENCES);
        var groups = new ArrayList<Map<String, Integer>>();
        boolean together = chance.percent(50) || kind != Kind.PUSH;
        var group = new TreeMap<String, Integer>();
        for (int i = 0; i < count; i++) {
            var reference = references.remove(chance.below(references.size()));
            group.put(reference, of(key).getOrDefault(reference, 0));
            if (!together) {
                groups.add(group);
                group = new TreeMap<>();
            }
        }
        if (together) {
            groups.add(group);
        }
        return new Call(number, kind, key, List.copyOf(groups), Optional.empty(), Optional.empty());
    }

    /// A call was answered.
    void heard(Call call, Answer answer) {
        if (call.kind() == Kind.CREATION) {
            return;
        }
        if (!call.kind().writes()) {
            if (answer.isOk()) {
                of(call.key()).clear();
                of(call.key()).putAll(answer.seen());
                doubtful.remove(call.key());
            }
            return;
        }
        answer.changed().forEach(reference -> of(call.key()).put(reference, call.number()));
        if (!answer.isOk() || answer.changed().size() < call.references().size()) {
            doubtful.add(call.key());
        }
    }

    private TreeMap<String, Integer> of(RepositoryKey key) {
        return known.computeIfAbsent(key, _ -> new TreeMap<>());
    }
}
