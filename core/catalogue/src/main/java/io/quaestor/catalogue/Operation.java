package io.quaestor.catalogue;

/// What an RPC does to what it names (TR 6.2).
public enum Operation {

    /// Reads. One up-to-date replica answers.
    ACCESSOR,

    /// Writes. Goes to the primary, and to the secondaries that vote.
    MUTATOR,

    /// Changes nothing that a client sees. Goes to all healthy replicas.
    MAINTENANCE,

    /// Is answered by the proxy itself and never routed.
    OWN
}
