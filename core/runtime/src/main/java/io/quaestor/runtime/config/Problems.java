package io.quaestor.runtime.config;

import io.quaestor.runtime.config.Problem.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with a configuration, so that it is told all at once.
final class Problems {

    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    void reading(Position at, List<String> key, String text) {
        errors.add(new Problem(Stage.READING, at, key, text, text));
    }

    /// @param message what is wrong with the key, which is put before it
    void validating(Position at, List<String> key, String message) {
        String prefix = key.isEmpty() ? "" : String.join(".", key) + ": ";
        validating(at, key, message, prefix + message);
    }

    /// @param text Praefect's own words, with what they say of the key
    void validating(Position at, List<String> key, String message, String text) {
        errors.add(new Problem(Stage.VALIDATING, at, key, message, text));
    }

    void warning(Position at, List<String> key, String text) {
        warnings.add(new Problem(Stage.WARNING, at, key, text, text));
    }

    List<Problem> errors() {
        return List.copyOf(errors);
    }

    boolean any() {
        return !errors.isEmpty();
    }

    void throwIfAny() throws ConfigurationException {
        if (any()) {
            throw new ConfigurationException(errors);
        }
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(Comparator.comparing(Problem::at)).toList();
    }
}
