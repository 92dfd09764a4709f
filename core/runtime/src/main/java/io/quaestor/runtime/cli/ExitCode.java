package io.quaestor.runtime.cli;

/// Praefect's exit codes (OPS 2.2).
public final class ExitCode {

    public static final int OK = 0;

    /// Something failed, or the command was used in a wrong way.
    public static final int ERROR = 1;

    /// `serve` without a configuration; `configuration validate` found something.
    public static final int WRONG_CONFIGURATION = 2;

    /// There is no such topic under `configuration`.
    public static final int UNKNOWN_TOPIC = 3;

    private ExitCode() {}
}
