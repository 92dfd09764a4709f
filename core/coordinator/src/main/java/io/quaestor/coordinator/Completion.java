package io.quaestor.coordinator;

/// Lets the end of a client's call go on. Exactly one of its methods is called, once, from any thread.
public interface Completion {

    /// The client is told what the first destination said, with its trailers.
    void pass();

    /// The client is told this. Where the first destination failed by itself, its own failure is told instead, because
    /// it came first (RT 5.2).
    void fail(Failure failure);

    /// The client is told this, whatever the first destination said.
    void override(Failure failure);
}
