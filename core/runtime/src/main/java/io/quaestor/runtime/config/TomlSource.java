package io.quaestor.runtime.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads TOML 1.0.
final class TomlSource {

    private final String source;

    private TomlSource(String source) {
        this.source = source;
    }

    /// Reads a file.
    ///
    /// @throws ConfigurationException if there is no such file, or it is not TOML
    static Value.Table read(Path file) throws ConfigurationException {
        var problems = new Problems();
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException _) {
            problems.reading(Position.of(file.toString()), List.of(), "open " + file + ": no such file or directory");
        } catch (AccessDeniedException _) {
            problems.reading(Position.of(file.toString()), List.of(), "open " + file + ": permission denied");
        } catch (IOException failure) {
            problems.reading(Position.of(file.toString()), List.of(), "read " + file + ": " + failure.getMessage());
        }
        throw new ConfigurationException(problems.errors());
    }

    /// Reads a text.
    ///
    /// @param source what to call it in messages
    /// @throws ConfigurationException with every error of the syntax
    static Value.Table parse(String source, String text) throws ConfigurationException {
        var problems = new Problems();
        var result = Toml.parse(text);
        var reader = new TomlSource(source);
        result.errors().forEach(error -> problems.reading(
                reader.position(error.position()), List.of(), "toml: " + String.valueOf(error.getMessage())));
        problems.throwIfAny();
        return reader.table(result, Position.of(source));
    }

    private Value.Table table(TomlTable table, Position at) {
        var entries = new LinkedHashMap<String, Value>();
        for (String key : table.keySet()) {
            List<String> path = List.of(key);
            var position = position(table.inputPositionOf(path));
            entries.put(key, value(Objects.requireNonNull(table.get(path)), position)); // the key is there
        }
        return new Value.Table(entries, at);
    }

    private Value value(Object value, Position at) {
        return switch (value) {
            case String text -> new Value.Text(text, at);
            case Long whole -> new Value.Whole(whole, at);
            case Double fraction -> new Value.Fraction(fraction, at);
            case Boolean truth -> new Value.Truth(truth, at);
            case TomlArray array -> sequence(array, at);
            case TomlTable table -> table(table, at);
            default -> new Value.Other("a date or time", at); // the four types of dates and times are all that is left
        };
    }

    private Value.Sequence sequence(TomlArray array, Position at) {
        var items = new ArrayList<Value>();
        for (int index = 0; index < array.size(); index++) {
            items.add(value(array.get(index), position(array.inputPositionOf(index))));
        }
        return new Value.Sequence(items, at);
    }

    private Position position(@Nullable TomlPosition at) {
        return at == null ? Position.of(source) : new Position(source, at.line(), at.column());
    }
}
