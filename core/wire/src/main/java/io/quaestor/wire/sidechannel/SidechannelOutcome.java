package io.quaestor.wire.sidechannel;

/// How a sidechannel through this proxy ended.
public sealed interface SidechannelOutcome {

    /// The node opened none: it failed before, or the RPC needs none. The RPC's own result is all there is to pass on.
    record Unused() implements SidechannelOutcome {}

    /// The node ended in order, and everything it sent was handed to the client's connection.
    ///
    /// @param toNode   bytes from the client to the node
    /// @param toClient bytes from the node to the client
    record Completed(long toNode, long toClient) implements SidechannelOutcome {}

    /// The sidechannel could not be opened, or broke.
    ///
    /// @param reason a few words for the log, and for the client if the RPC itself succeeded (TR 2.5)
    record Broken(String reason) implements SidechannelOutcome {}
}
