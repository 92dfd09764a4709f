package io.quaestor.runtime.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A value of the configuration, from TOML or JSON, that remembers where it stands.
sealed interface Value {

    /// Where it stands.
    Position at();

    /// What it is, for messages, for example `an integer`.
    String kind();

    record Text(String value, Position at) implements Value {
        @Override
        public String kind() {
            return "a string";
        }
    }

    record Whole(long value, Position at) implements Value {
        @Override
        public String kind() {
            return "an integer";
        }
    }

    record Fraction(double value, Position at) implements Value {
        @Override
        public String kind() {
            return "a number with a fraction";
        }
    }

    record Truth(boolean value, Position at) implements Value {
        @Override
        public String kind() {
            return "a boolean";
        }
    }

    /// A date, a time, or JSON's `null`: no key takes one.
    record Other(String kind, Position at) implements Value {}

    record Sequence(List<Value> items, Position at) implements Value {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "an array";
        }
    }

    /// @param entries in the order of the file; keys as they are written
    record Table(SequencedMap<String, Value> entries, Position at) implements Value {

        static Table empty(Position at) {
            return new Table(new LinkedHashMap<>(), at);
        }

        @Override
        public String kind() {
            return "a table";
        }

        /// The value of a key in lower case. A key that is written exactly so goes before one that differs in case
        /// (OPS 1.2).
        Optional<Value> find(String key) {
            Value exact = entries.get(key);
            return exact != null ? Optional.of(exact) : writtenAs(key).map(entries::get);
        }

        /// How the key is written, if in other letters than lower ones.
        private Optional<String> writtenAs(String key) {
            return entries.keySet().stream()
                    .filter(written -> written.toLowerCase(Locale.ROOT).equals(key))
                    .findFirst();
        }

        /// A table with one entry more, or another one in its place.
        Table with(String key, Value value) {
            var changed = new LinkedHashMap<>(entries);
            changed.put(writtenAs(key).orElse(key), value);
            return new Table(changed, at);
        }

        Map<String, Value> byLowerCase() {
            var result = new LinkedHashMap<String, Value>();
            entries.forEach((key, value) -> result.put(key.toLowerCase(Locale.ROOT), value));
            return result;
        }
    }
}
