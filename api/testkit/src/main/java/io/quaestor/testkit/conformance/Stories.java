package io.quaestor.testkit.conformance;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.model.StorageName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads and writes the short form of repositories in tables: `1=3` is generation 3 on `gitaly-1`.
final class Stories {

    private static final String NODE = "gitaly-";

    private Stories() {}

    static Map<StorageName, Long> generations(String story) {
        var generations = new LinkedHashMap<StorageName, Long>();
        words(story).forEach(word -> {
            int sign = word.indexOf('=');
            generations.put(storage(word.substring(0, sign)), Long.valueOf(word.substring(sign + 1)));
        });
        return generations;
    }

    static Set<StorageName> storages(String story) {
        return words(story).map(Stories::storage).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static String show(Placement placement) {
        return placement.replicas().stream()
                .map(r -> number(r.storage()) + (r.assigned() ? "!=" : "=") + r.generation())
                .collect(Collectors.joining(" "));
    }

    static StorageName storage(String number) {
        return new StorageName(NODE + number);
    }

    static String number(StorageName storage) {
        return storage.value().substring(NODE.length());
    }

    private static Stream<String> words(String story) {
        return Arrays.stream(story.split(" ")).filter(word -> !word.isEmpty());
    }
}
