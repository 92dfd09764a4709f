package io.quaestor.runtime.config;

import java.util.List;

/// One thing that is wrong with a configuration, or that its author should know.
///
/// @param stage   how far the configuration came
/// @param at      where
/// @param key     path of the key, with `[0]` for the first element of an array; empty if no key is to blame
/// @param message what is wrong, without the key
/// @param text    what is wrong, in full; Praefect's words where it has some
public record Problem(Stage stage, Position at, List<String> key, String message, String text) {

    /// How far a configuration came.
    public enum Stage {
        /// The file is not understood.
        READING("error reading config file: "),
        /// The file is understood, but what it says cannot be done.
        VALIDATING("validating config: "),
        /// It can be done, but perhaps it is not what was meant.
        WARNING("");

        private final String prefix;

        Stage(String prefix) {
            this.prefix = prefix;
        }
    }

    public Problem {
        key = List.copyOf(key);
    }

    /// What, then where.
    public String describe() {
        return text + " (" + at + ")";
    }

    /// One line: what, then where. Begins with the words that Praefect prints (OPS 1.1).
    @Override
    public String toString() {
        return stage.prefix + describe();
    }
}
