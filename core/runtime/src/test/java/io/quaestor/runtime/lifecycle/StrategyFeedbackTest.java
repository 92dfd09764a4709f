package io.quaestor.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.reading.ReadFeedback;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A strategy that fails on hearing of a call does not break the call.
class StrategyFeedbackTest {

    private static final NodeId NODE = NodeId.of("default", "gitaly-1");

    private final List<String> told = new ArrayList<>();
    private Runnable inPlugin = () -> {};
    private final StrategyFeedback feedback = new StrategyFeedback(virtualStorage -> new ReadFeedback() {
        @Override
        public void started(NodeId node) {
            inPlugin.run();
            told.add(virtualStorage + ": started " + node.storage());
        }

        @Override
        public void ended(NodeId node, long nanos, boolean failed) {
            inPlugin.run();
            told.add(virtualStorage + ": ended " + node.storage() + " " + nanos + " " + failed);
        }
    });

    @Test
    void theStrategyOfTheVirtualStorageIsTold() {
        feedback.started(NODE);
        feedback.ended(NODE, 7, true);

        assertThat(told).containsExactly("default: started gitaly-1", "default: ended gitaly-1 7 true");
    }

    @ParameterizedTest
    @MethodSource
    void whatItThrowsStaysThereAndItIsToldAgain(Throwable defect) {
        inPlugin = () -> sneakilyThrow(defect);
        feedback.started(NODE);
        feedback.ended(NODE, 7, true);
        inPlugin = () -> {};

        feedback.ended(NODE, 8, false);

        assertThat(told).containsExactly("default: ended gitaly-1 8 false");
    }

    static List<Throwable> whatItThrowsStaysThereAndItIsToldAgain() {
        return List.of(
                new IllegalStateException("by a test"),
                new IOException("by a test"),
                new NoSuchMethodError("by a test"),
                new StackOverflowError("by a test"),
                new AssertionError("by a test"));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakilyThrow(Throwable defect) throws T {
        throw (T) defect;
    }
}
