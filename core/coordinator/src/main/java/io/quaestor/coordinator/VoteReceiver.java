package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import java.util.Optional;

/// Takes the votes of nodes. The transport knows the coordinator by this.
///
/// **Threads:** any event loop. **Blocking:** never; answers come later, on any event loop.
public interface VoteReceiver {

    /// A node votes.
    ///
    /// @param from  the node at the other end of the connection that we made and over which the vote came; empty if it
    ///              came from anybody over the public port
    /// @param reply called exactly once, unless the vote is taken back before
    /// @return takes the vote back, because its caller has gone; may be called from any event loop
    Runnable vote(Optional<NodeId> from, CastVote vote, VoteReply reply);

    /// The primary's hooks have refused the change.
    ///
    /// @param from        as for votes
    /// @param transaction its number
    /// @param reply       called exactly once, with [VoteReply#stopped] or [VoteReply#failed]
    void stop(Optional<NodeId> from, long transaction, VoteReply reply);

    /// A vote as it came.
    ///
    /// @param transaction its number
    /// @param node        the storage that the voter says it is
    /// @param hash        not checked, and not changed afterwards
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record CastVote(long transaction, String node, byte[] hash, VotePhase phase) {}

    /// Tells the voter.
    interface VoteReply {

        /// Go on (`COMMIT`).
        void committed();

        /// There is no quorum for it (`ABORT`).
        void aborted();

        /// The primary has stopped the transaction (`STOP`); or, to who stopped it, OK.
        void stopped();

        /// An error status.
        void failed(Failure failure);
    }
}
