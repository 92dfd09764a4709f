package io.quaestor.sandbox.rpc;

import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;

/// Opens the sidechannel that the client of the present call offers.
@FunctionalInterface
public interface SidechannelOpener {

    /// Opens it. Called on the thread of the call's handler; blocks for at most five seconds (TR 2.2).
    ///
    /// @throws IOException if the connection carries no sidechannels, or the client did not confirm
    SidechannelConnection open() throws IOException, InterruptedException;
}
