package io.quaestor.wire.sidechannel;

import io.quaestor.wire.yamux.YamuxStream;

/// Gets the stream that the peer opens for an announced id.
@FunctionalInterface
public interface SidechannelReceiver {

    /// The stream is confirmed; data can flow. Called once, on the event loop of the connection; must not block. What the peer
    /// has sent already is held until somebody listens.
    void opened(YamuxStream stream);
}
