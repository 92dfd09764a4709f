package io.quaestor.runtime.config;

/// What is logged, and how.
public record LoggingConfiguration(Format format, Level level) {

    /// How a line looks (OPS 5.1).
    public enum Format {
        TEXT,
        JSON
    }

    /// From which weight on a line is written. `fatal` and `panic` of Praefect are `ERROR`.
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARNING,
        ERROR
    }
}
