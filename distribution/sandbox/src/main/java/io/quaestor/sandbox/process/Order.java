package io.quaestor.sandbox.process;

/// What a person can do to a process of the sandbox.
public enum Order {
    /// End it in order, as an operator would.
    STOP,
    /// End it at once, as a power cut would (`kill -9`).
    KILL,
    /// Let it hang: it keeps its connections and answers nothing (SIGSTOP).
    FREEZE,
    /// Bring it back, whatever was done to it.
    REVIVE
}
