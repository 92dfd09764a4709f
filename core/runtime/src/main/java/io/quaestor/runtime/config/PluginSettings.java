package io.quaestor.runtime.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The tables that plug-ins read: `[plugin.<id>]`, and tables of Praefect that a plug-in claims, such as `[database]`.
/// They are bound to records when the plug-in is known.
public final class PluginSettings {

    private final Value.Table root;

    PluginSettings(Value.Table root) {
        this.root = root;
    }

    /// Ids that have a table `[plugin.<id>]`.
    public Set<String> ids() {
        var ids = new TreeSet<String>();
        if (root.find("plugin").orElse(null) instanceof Value.Table plugins) {
            ids.addAll(plugins.byLowerCase().keySet());
        }
        return ids;
    }

    /// Binds a plug-in's table to its record. A key that is missing has the value that the record's public static method
    /// `defaults()` gives it; without that method, an `Optional` is empty, a list too, and anything else is an error.
    ///
    /// @param id    the plug-in
    /// @param table the table of Praefect that it claims; empty for `[plugin.<id>]`
    /// @param type  the record
    /// @return the record, and warnings: keys of a table of Praefect that the record does not know
    /// @throws ConfigurationException with everything that is wrong, by line and column
    public <R extends Record> Bound<R> bind(String id, String table, Class<R> type) throws ConfigurationException {
        boolean ours = table.isEmpty();
        List<String> path = ours ? List.of("plugin", id) : List.of(table);
        var problems = new Problems();
        Value.Table found = find(path, problems).orElse(Value.Table.empty(root.at()));
        problems.throwIfAny();
        var section = new Section(found, path, problems);
        R record = new RecordBinder(problems, "plug-in " + id, ours).bind(type, section);
        return new Bound<>(record, problems.warnings());
    }

    /// What came of binding.
    ///
    /// @param record   what the plug-in gets
    /// @param warnings keys that mean nothing to it
    public record Bound<R extends Record>(R record, List<Problem> warnings) {}

    private Optional<Value.Table> find(List<String> path, Problems problems) {
        Value.Table table = root;
        for (String key : path) {
            switch (table.find(key).orElse(null)) {
                case null -> {
                    return Optional.empty();
                }
                case Value.Table inner -> table = inner;
                case Value other -> {
                    problems.reading(other.at(), path, key + " must be a table, but is " + other.kind());
                    return Optional.empty();
                }
            }
        }
        return Optional.of(table);
    }
}
