package io.quaestor.wire.sidechannel;

/// Counts what goes through sidechannels. Called on event loops, of several connections at once; must not block.
public interface SidechannelObserver {

    /// Counts nothing.
    SidechannelObserver NONE = new SidechannelObserver() {
        @Override
        public void opened() {}

        @Override
        public void toNode(int bytes) {}

        @Override
        public void toClient(int bytes) {}

        @Override
        public void closed(SidechannelOutcome outcome) {}
    };

    /// A client and a node are connected: one more is active.
    void opened();

    /// Bytes of a client were handed to the node's connection.
    void toNode(int bytes);

    /// Bytes of a node were handed to the client's connection.
    void toClient(int bytes);

    /// It ended: one less is active. Follows each [#opened] once.
    void closed(SidechannelOutcome outcome);
}
