package io.quaestor.runtime.lifecycle;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadFeedback;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the reading strategy of each virtual storage what becomes of calls to its nodes.
///
/// **Threads:** event loops. **Blocking:** never, as feedbackOf promise.
final class StrategyFeedback implements ReadFeedback {

    private static final Logger LOG = LoggerFactory.getLogger(StrategyFeedback.class);

    private final Function<VirtualStorage, ReadFeedback> feedbackOf;
    private final AtomicBoolean complained = new AtomicBoolean();

    /// @param feedbackOf who is told, asked anew for each call
    StrategyFeedback(Function<VirtualStorage, ReadFeedback> feedbackOf) {
        this.feedbackOf = feedbackOf;
    }

    @Override
    public void started(NodeId node) {
        try {
            feedbackOf.apply(node.virtualStorage()).started(node);
        } catch (Throwable e) {
            complain(e);
        }
    }

    @Override
    public void ended(NodeId node, long nanos, boolean failed) {
        try {
            feedbackOf.apply(node.virtualStorage()).ended(node, nanos, failed);
        } catch (Throwable e) {
            complain(e);
        }
    }

    /// Whatever a plug-in throws: a strategy that fails must not break the call that it hears of.
    private void complain(Throwable failure) {
        if (complained.compareAndSet(false, true)) {
            LOG.error("a reading strategy failed on hearing of a call, which is said only once", failure);
        }
    }
}
