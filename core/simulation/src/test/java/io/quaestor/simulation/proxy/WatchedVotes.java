package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import java.util.Arrays;
import java.util.Optional;

/// The votes of one proxy, and what they are answered.
record WatchedVotes(String proxy, VoteReceiver votes, Points points, Witness witness, WriteFacts facts)
        implements VoteReceiver {

    @Override
    public Runnable vote(Optional<NodeId> from, CastVote vote, VoteReply reply) {
        points.pass(Point.VOTE_TAKEN);
        int round = witness.cast(proxy, vote);
        var takeBack = votes.vote(from, vote, new VoteReply() {
            @Override
            public void committed() {
                witness.committed(proxy, vote, round);
                if (vote.phase() == VotePhase.COMMITTED && from.isPresent() && !isZero(vote.hash())) {
                    facts.confirmed(vote.transaction(), from.get().storage(), vote.hash());
                }
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
        return () -> {
            witness.withdrawn(proxy, vote);
            takeBack.run();
        };
    }

    /// The last vote of a push, which is about no change.
    private static boolean isZero(byte[] hash) {
        return Arrays.equals(hash, new byte[hash.length]);
    }

    @Override
    public void stop(Optional<NodeId> from, long transaction, VoteReply reply) {
        votes.stop(from, transaction, reply);
    }
}
