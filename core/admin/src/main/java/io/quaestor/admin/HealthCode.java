package io.quaestor.admin;

/// What may be wrong, in few words that never change: log lines carry them under the key [#KEY], so that alerts and
/// run books can name them.
public enum HealthCode {

    /// This proxy does not reach a node, or the node says that it does not serve.
    NODE_DOWN,

    /// The datastore does not do what this proxy asks of it.
    DATASTORE_DOWN,

    /// This proxy itself did not run for a while, so what it sees of others says nothing about them.
    PROXY_STALLED,

    /// A replica lags behind and could not be repaired this time.
    REPLICA_OUTDATED,

    /// A write to a repository was left behind by a proxy that died; until its replicas are compared only the primary
    /// counts as up to date.
    REPOSITORY_SUSPECT,

    /// A node says that it does not have a replica that is recorded there.
    REPLICA_MISSING,

    /// A replica was to be deleted, and is not, because too few good copies would be left or it belongs there.
    DELETION_REFUSED;

    /// Under which key log lines carry the code.
    public static final String KEY = "code";
}
