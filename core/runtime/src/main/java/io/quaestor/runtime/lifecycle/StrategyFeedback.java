package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.plugin.Strategies;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.reading.ReadFeedback;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the reading strategy of each virtual storage what becomes of calls to its nodes.
///
/// **Threads:** event loops. **Blocking:** never, as strategies promise.
final class StrategyFeedback implements ReadFeedback {

    private static final Logger LOG = LoggerFactory.getLogger(StrategyFeedback.class);

    private final Strategies strategies;
    private final AtomicBoolean complained = new AtomicBoolean();

    StrategyFeedback(Strategies strategies) {
        this.strategies = strategies;
    }

    @Override
    public void started(NodeId node) {
        try {
            strategies.feedback(node.virtualStorage()).started(node);
        } catch (RuntimeException | LinkageError e) {
            complain(e);
        }
    }

    @Override
    public void ended(NodeId node, long nanos, boolean failed) {
        try {
            strategies.feedback(node.virtualStorage()).ended(node, nanos, failed);
        } catch (RuntimeException | LinkageError e) {
            complain(e);
        }
    }

    /// A strategy that fails must not break the call that it hears of.
    private void complain(Throwable failure) {
        if (complained.compareAndSet(false, true)) {
            LOG.error("a reading strategy failed on hearing of a call, which is said only once", failure);
        }
    }
}
