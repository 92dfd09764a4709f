package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.List;

/// What became of a write at its nodes, as far as it is known.
///
/// @param primary     who got it first
/// @param primaryEnd  how it ended there
/// @param secondaries who was up to date and reached, and did not get it
/// @param lagging     who was outdated or not reached
/// @param creation    whether the repository did not exist before
public record WriteAttempt(
        StorageName primary,
        End primaryEnd,
        List<StorageName> secondaries,
        List<StorageName> lagging,
        boolean creation) {

    /// How a call that writes ended at a node.
    public enum End {
        /// The node said OK.
        OK,

        /// The node ended the call with a failure. It may have written before.
        FAILED,

        /// The connection was lost or the call was cancelled. The node may have written.
        VANISHED,

        /// It is certain that nothing reached the node.
        NOT_REACHED
    }
}
