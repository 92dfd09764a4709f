package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import java.util.Optional;

/// The votes of one proxy, and what they are answered.
record WatchedVotes(String proxy, VoteReceiver votes, Points points, Witness witness) implements VoteReceiver {

    @Override
    public Runnable vote(Optional<NodeId> from, CastVote vote, VoteReply reply) {
        points.pass(Point.VOTE_TAKEN);
        int round = witness.cast(proxy, vote);
        return votes.vote(from, vote, new VoteReply() {
            @Override
            public void committed() {
                witness.committed(proxy, vote, round);
                reply.committed();
                if (vote.phase() == VotePhase.PREPARED) {
                    points.pass(Point.PERMISSION_GIVEN);
                }
            }

            @Override
            public void aborted() {
                witness.aborted(proxy, vote, round);
                reply.aborted();
            }

            @Override
            public void stopped() {
                reply.stopped();
            }

            @Override
            public void failed(Failure failure) {
                witness.refused(proxy, vote);
                reply.failed(failure);
            }
        });
    }

    @Override
    public void stop(Optional<NodeId> from, long transaction, VoteReply reply) {
        votes.stop(from, transaction, reply);
    }
}
