package io.quaestor.wire.sidechannel;

/// How opening a sidechannel ended. One of the two is called, once, on the event loop of the connection.
public interface SidechannelOpening extends SidechannelReceiver {

    /// Nobody waits for the id, the peer did not answer in time, or the connection is gone.
    ///
    /// @param reason in the words that Gitaly uses where it has some (TR 2.2)
    void failed(String reason);
}
