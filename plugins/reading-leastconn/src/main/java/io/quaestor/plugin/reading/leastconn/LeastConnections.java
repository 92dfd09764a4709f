package io.quaestor.plugin.reading.leastconn;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.spi.reading.ReadRequest;

/// Chooses the replica on whose node the fewest calls are under way, like HAProxy's `leastconn`; among equals, any.
///
/// What counts are the calls that this proxy sent: reads and writes, of whichever repository. A clone of an hour weighs
/// as much as a call of a millisecond, which is right as long as both are under way.
@StrategyProvider(id = "leastconn")
public final class LeastConnections implements ReadDistribution, ReadFeedback {

    private final CallsUnderWay calls = new CallsUnderWay();

    @Override
    public StorageName choose(ReadRequest request) {
        StorageName best = request.replicas().getFirst();
        int fewest = Integer.MAX_VALUE;
        int equals = 0;
        long draw = request.seed();
        for (StorageName replica : request.replicas()) {
            int count = calls.count(request.virtualStorage(), replica);
            if (count < fewest) {
                best = replica;
                fewest = count;
                equals = 1;
            } else if (count == fewest) {
                equals++;
                draw = draw * 6364136223846793005L + 1442695040888963407L; // Knuth's MMIX: a fresh draw for each
                if (Long.remainderUnsigned(draw >>> 33, equals) == 0) { // the n-th of n equals with a chance of 1/n
                    best = replica;
                }
            }
        }
        return best;
    }

    @Override
    public void started(NodeId node) {
        calls.add(node);
    }

    @Override
    public void ended(NodeId node, long nanos, boolean failed) {
        calls.remove(node);
    }
}
