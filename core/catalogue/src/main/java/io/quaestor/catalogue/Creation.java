package io.quaestor.catalogue;

/// Whether an RPC makes the repository it names (RT 1.8 step 1).
public enum Creation {

    /// The repository must exist.
    NONE,

    /// The repository must not exist; nodes are chosen for it.
    CREATE,

    /// As [#CREATE]; if the repository exists, it is written to.
    CREATE_OR_UPDATE
}
