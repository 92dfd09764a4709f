package io.quaestor.transport.server;

import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.spi.model.NodeId;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Keeps votes until a test answers them.
final class FakeVotes implements VoteReceiver {

    /// What came.
    record Received(Optional<NodeId> from, CastVote vote, VoteReply reply, CountDownLatch takenBack) {}

    final BlockingQueue<Received> votes = new LinkedBlockingQueue<>();
    final BlockingQueue<String> stops = new LinkedBlockingQueue<>();
    volatile Consumer<VoteReply> answer = _ -> {};

    @Override
    public Runnable vote(Optional<NodeId> from, CastVote vote, VoteReply reply) {
        var received = new Received(from, vote, reply, new CountDownLatch(1));
        answer.accept(reply);
        votes.add(received);
        return received.takenBack::countDown;
    }

    @Override
    public void stop(Optional<NodeId> from, long transaction, VoteReply reply) {
        stops.add(from.map(NodeId::toString).orElse("anybody") + " " + transaction);
        answer.accept(reply);
    }

    Received vote() throws InterruptedException {
        var vote = votes.poll(10, TimeUnit.SECONDS);
        if (vote == null) {
            throw new AssertionError("no vote came");
        }
        return vote;
    }
}
