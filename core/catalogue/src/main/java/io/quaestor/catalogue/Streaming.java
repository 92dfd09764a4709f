package io.quaestor.catalogue;

/// Which side of an RPC sends a stream of messages.
public enum Streaming {
    UNARY,
    CLIENT,
    SERVER,
    BIDIRECTIONAL;

    /// Whether the client may send more than one message, as slowly as it likes.
    public boolean isOfClient() {
        return this == CLIENT || this == BIDIRECTIONAL;
    }
}
