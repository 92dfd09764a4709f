package io.quaestor.catalogue;

/// What the request of an RPC names (TR 6.2).
public enum Scope {

    /// One repository.
    REPOSITORY,

    /// A storage as a whole.
    STORAGE,

    /// A partition of a storage. Only nodes know partitions, so a router cannot find the right one (D19 2.10).
    PARTITION,

    /// Nothing: the proxy answers itself, see [Operation#OWN].
    NONE
}
