package io.quaestor.runtime.config;

import java.util.Comparator;

/// Where something stands in what the operator wrote.
///
/// @param source name of the file, or `config_command`
/// @param line   from 1; 0 if it is the source as a whole
/// @param column from 1; 0 if it is the source as a whole
public record Position(String source, int line, int column) implements Comparable<Position> {

    private static final Comparator<Position> ORDER = Comparator.comparing(Position::source)
            .thenComparingInt(Position::line)
            .thenComparingInt(Position::column);

    /// The source as a whole.
    public static Position of(String source) {
        return new Position(source, 0, 0);
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return line == 0 ? source : source + ", line " + line + ", column " + column;
    }
}
