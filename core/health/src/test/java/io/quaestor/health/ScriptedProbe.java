package io.quaestor.health;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Nodes that serve, do not serve, or do not answer at all, as the test says.
final class ScriptedProbe implements NodeProbe {

    enum Answer {
        SERVING,
        NOT_SERVING,
        /// No answer, not even when the limit is over, until the test says something else.
        SILENT,
        DEFECT
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<NodeId, Answer> answers = new HashMap<>();
    private final Map<NodeId, Semaphore> asked = new HashMap<>();

    void answer(NodeId node, Answer answer) {
        lock.lock();
        try {
            answers.put(node, answer);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isSilent(String node) {
        lock.lock();
        try {
            return answers.entrySet().stream()
                    .anyMatch(e -> e.getKey().toString().equals(node) && e.getValue() == Answer.SILENT);
        } finally {
            lock.unlock();
        }
    }

    /// Waits for that many probes of the node that no earlier call has waited for.
    void awaitAsked(NodeId node, int times) throws InterruptedException {
        if (!countOf(node).tryAcquire(times, 10, TimeUnit.SECONDS)) {
            throw new AssertionError(node + " was not asked " + times + " times");
        }
    }

    boolean wasAsked(NodeId node) {
        return countOf(node).availablePermits() > 0;
    }

    @Override
    public boolean isServing(NodeId node, Duration limit) throws InterruptedException {
        countOf(node).release();
        lock.lockInterruptibly();
        try {
            while (answerOf(node) == Answer.SILENT) {
                changed.await();
            }
            if (answerOf(node) == Answer.DEFECT) {
                throw new IllegalStateException("defect");
            }
            return answerOf(node) == Answer.SERVING;
        } finally {
            lock.unlock();
        }
    }

    private Answer answerOf(NodeId node) {
        return answers.getOrDefault(node, Answer.SERVING);
    }

    private Semaphore countOf(NodeId node) {
        lock.lock();
        try {
            return asked.computeIfAbsent(node, _ -> new Semaphore(0));
        } finally {
            lock.unlock();
        }
    }
}
