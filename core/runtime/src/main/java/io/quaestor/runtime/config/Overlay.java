package io.quaestor.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Lays the output of a `config_command` over the file (OPS 1.3): tables merge key by key, arrays element by element,
/// and are then as long as the new one. Names match in any case.
final class Overlay {

    /// JSON names that differ from those of TOML; an empty one is not known to Praefect's JSON at all (OPS 1.4).
    private static final Map<String, Map<String, String>> RENAMED = Map.of(
            "tls", Map.of("cert_path", "certificate_path", "certificate_path", ""),
            "auth", Map.of("tokenfile", "token_file", "token_file", ""));

    private Overlay() {}

    /// @param file what stands in the file
    /// @param over what goes before it
    static Value.Table merge(Value.Table file, Value.Table over) {
        Value.Table result = file;
        for (var entry : over.entries().entrySet()) {
            String key = entry.getKey().toLowerCase(Locale.ROOT);
            Value value = entry.getValue();
            if (RENAMED.containsKey(key) && value instanceof Value.Table table) {
                value = renamed(table, RENAMED.getOrDefault(key, Map.of()));
            }
            result = result.with(key, laid(result.find(key), value));
        }
        return result;
    }

    private static Value.Table renamed(Value.Table table, Map<String, String> names) {
        var result = Value.Table.empty(table.at());
        for (var entry : table.byLowerCase().entrySet()) {
            String name = names.getOrDefault(entry.getKey(), entry.getKey());
            if (!name.isEmpty()) {
                result = result.with(name, entry.getValue());
            }
        }
        return result;
    }

    private static Value laid(Optional<Value> old, Value value) {
        if (value instanceof Value.Table table) {
            return merge(
                    old.orElse(table) instanceof Value.Table before && old.isPresent()
                            ? before
                            : Value.Table.empty(table.at()),
                    table);
        }
        if (value instanceof Value.Sequence items) {
            return laid(old.orElse(items) instanceof Value.Sequence before ? before.items() : List.of(), items);
        }
        return value;
    }

    private static Value.Sequence laid(List<Value> old, Value.Sequence items) {
        var result = new ArrayList<Value>();
        for (int i = 0; i < items.items().size(); i++) {
            result.add(laid(i < old.size() ? Optional.of(old.get(i)) : Optional.empty(), items.items().get(i)));
        }
        return new Value.Sequence(result, items.at());
    }
}
