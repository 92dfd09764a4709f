package io.quaestor.wire;

import io.quaestor.wire.sidechannel.SidechannelObserver;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers what an observer is told.
final class SidechannelCounts implements SidechannelObserver {

    final BlockingQueue<SidechannelOutcome> outcomes = new LinkedBlockingQueue<>();
    final Gauge toNode = new Gauge();
    final Gauge toClient = new Gauge();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    int openedInAll() {
        return opened.get();
    }

    int active() {
        return opened.get() - closed.get();
    }

    @Override
    public void opened() {
        opened.incrementAndGet();
    }

    @Override
    public void toNode(int bytes) {
        toNode.add(bytes);
    }

    @Override
    public void toClient(int bytes) {
        toClient.add(bytes);
    }

    @Override
    public void closed(SidechannelOutcome outcome) {
        closed.incrementAndGet();
        outcomes.add(outcome);
    }
}
