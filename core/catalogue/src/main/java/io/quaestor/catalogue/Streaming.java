package io.quaestor.catalogue;

/// Which side of an RPC sends a stream of messages.
public enum Streaming {
    UNARY,
    CLIENT,
    SERVER,
    BIDIRECTIONAL
}
