package io.quaestor.runtime.config;

import io.quaestor.runtime.go.GoDuration;
import io.quaestor.spi.plugin.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One table while it is read: gives typed values, takes down what is wrong with them, and knows which keys nobody asked
/// for.
final class Section {

    private final Value.Table table;
    private final List<String> path;
    private final Problems problems;
    private final Set<String> asked = new HashSet<>();

    /// @param path the keys that lead here, for messages
    Section(Value.Table table, List<String> path, Problems problems) {
        this.table = table;
        this.path = List.copyOf(path);
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /// Where the table stands.
    Position at() {
        return table.at();
    }

    /// Where a key stands; if it is missing, where its table does.
    Position at(String key) {
        return table.find(key).map(Value::at).orElse(table.at());
    }

    /// The keys that lead here.
    List<String> path() {
        return path;
    }

    /// The whole way to a key.
    List<String> path(String key) {
        var result = new ArrayList<>(path);
        result.add(key);
        return result;
    }

    /// Whether the key is there, with whatever value.
    boolean has(String key) {
        return table.find(key).isPresent();
    }

    String text(String key, String fallback) {
        return read(key, "a string", value -> value instanceof Value.Text text ? text.value() : null)
                .orElse(fallback);
    }

    Secret secret(String key) {
        return Secret.of(text(key, ""));
    }

    boolean truth(String key, boolean fallback) {
        return read(key, "true or false", value -> value instanceof Value.Truth truth ? truth.value() : null)
                .orElse(fallback);
    }

    /// An integer inside of limits that come from Praefect's types, for example those of an unsigned one.
    long whole(String key, long fallback, long least, long most) {
        String expected = least >= 0 ? "a whole number, not negative" : "an integer";
        return read(
                        key,
                        expected,
                        value -> value instanceof Value.Whole whole && whole.value() >= least && whole.value() <= most
                                ? whole.value()
                                : null)
                .orElse(fallback);
    }

    double fraction(String key, double fallback) {
        return read(key, "a number", Section::fraction).orElse(fallback);
    }

    /// A duration as in Go; the integer 0 is one as well (OPS 1.2).
    Duration duration(String key, Duration fallback) {
        return read(key, "a duration such as \"30s\" or \"1h30m\"", value -> switch (value) {
                    case Value.Text text -> GoDuration.parse(text.value());
                    case Value.Whole whole when whole.value() == 0 -> Duration.ZERO;
                    case Value.Whole whole -> throw new IllegalArgumentException(
                            "missing unit in duration \"" + whole.value() + "\"");
                    default -> null;
                })
                .orElse(fallback);
    }

    List<Double> fractions(String key, List<Double> fallback) {
        return list(key, "an array of numbers", Section::fraction).orElse(fallback);
    }

    List<String> texts(String key, List<String> fallback) {
        return list(key, "an array of strings", value -> value instanceof Value.Text text ? text.value() : null)
                .orElse(fallback);
    }

    /// A table of the table; empty if there is none.
    Section section(String key) {
        var found = read(key, "a table", value -> value instanceof Value.Table inner ? inner : null);
        return new Section(found.orElse(Value.Table.empty(at(key))), path(key), problems);
    }

    /// The tables of an array of tables, in the order of the file.
    List<Section> sections(String key) {
        List<Value.Table> tables = list(
                        key, "an array of tables", value -> value instanceof Value.Table inner ? inner : null)
                .orElse(List.of());
        var result = new ArrayList<Section>();
        for (int i = 0; i < tables.size(); i++) {
            var inner = new ArrayList<>(path(key));
            inner.add("[" + i + "]");
            result.add(new Section(tables.get(i), inner, problems));
        }
        return result;
    }

    /// The table as it is, for somebody else to read.
    Value.Table raw() {
        return table;
    }

    /// The value of a key that somebody else reads.
    Optional<Value> raw(String key) {
        asked.add(key);
        return table.find(key);
    }

    /// Takes down that something is wrong with a key, in words that go behind its path.
    void wrong(String key, String message) {
        problems.validating(at(key), path(key), message);
    }

    /// The same with Praefect's own words for the whole.
    void wrong(String key, String message, String text) {
        problems.validating(at(key), path(key), message, text);
    }

    /// Takes down that the operator should know something of a key.
    void warn(String key, String text) {
        problems.warning(at(key), path(key), String.join(".", path(key)) + " " + text);
    }

    /// Warns of a key of Praefect that does nothing here, if it is there.
    void unused(String key, String why) {
        if (raw(key).isPresent()) {
            warn(key, why);
        }
    }

    /// Warns of keys that nobody asked for. Praefect takes them without a word (OPS 1.2).
    void warnOfUnknownKeys() {
        unknownKeys().forEach(key -> problems.warning(
                at(key), path(key), String.join(".", path(key)) + " is not known and is ignored"));
    }

    /// Keys that nobody asked for, in the order of the file.
    List<String> unknownKeys() {
        return table.entries().keySet().stream()
                .map(written -> written.toLowerCase(Locale.ROOT))
                .filter(key -> !asked.contains(key))
                .toList();
    }

    private static @Nullable Double fraction(Value value) {
        return switch (value) {
            case Value.Fraction fraction -> fraction.value();
            case Value.Whole whole -> (double) whole.value();
            default -> null;
        };
    }

    private <T> Optional<List<T>> list(String key, String expected, Function<Value, @Nullable T> convert) {
        return read(key, expected, value -> {
            if (!(value instanceof Value.Sequence sequence)) {
                return null;
            }
            var result = new ArrayList<T>();
            for (Value item : sequence.items()) {
                T converted = convert.apply(item);
                if (converted == null) {
                    return null;
                }
                result.add(converted);
            }
            return List.copyOf(result);
        });
    }

    /// @param convert gives null for a value of the wrong type, throws for a wrong value of the right type
    private <T> Optional<T> read(String key, String expected, Function<Value, @Nullable T> convert) {
        var found = raw(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Value value = found.get();
        String name = String.join(".", path(key));
        try {
            T result = convert.apply(value);
            if (result == null) {
                problems.reading(value.at(), path(key), name + " must be " + expected + ", but is " + shown(value));
            }
            return Optional.ofNullable(result);
        } catch (IllegalArgumentException wrong) {
            problems.reading(
                    value.at(), path(key), name + " must be " + expected + ", but there is " + wrong.getMessage());
            return Optional.empty();
        }
    }

    /// What is there; a text only by its kind, since it may be a secret.
    private static String shown(Value value) {
        return value instanceof Value.Whole whole ? "the integer " + whole.value() : value.kind();
    }
}
