package io.quaestor.simulation.network;

/// Something at one end of a [Connection] that ends with it.
@FunctionalInterface
public interface Peer {

    /// The connection is lost: nothing comes any more, and nobody hears.
    void connectionLost();
}
