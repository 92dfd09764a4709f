package io.quaestor.repair;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Copies as the test says: by default, well and at once.
final class ScriptedTransport implements ReplicationTransport {

    /// What one copy comes to.
    @FunctionalInterface
    interface Script {
        ReplicationResult run(CopyTask task) throws NodeCallException, InterruptedException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final BlockingQueue<String> began = new LinkedBlockingQueue<>();
    private final Map<StorageName, Queue<Script>> scripts = new HashMap<>();
    private final Set<StorageName> held = new HashSet<>();
    private Removal removal = _ -> {};

    /// What a removal comes to.
    @FunctionalInterface
    interface Removal {
        void run(RemovalTask task) throws NodeCallException;
    }

    /// The next copy to that target goes like this.
    void next(StorageName target, Script script) {
        lock.lock();
        try {
            scripts.computeIfAbsent(target, _ -> new ArrayDeque<>()).add(script);
        } finally {
            lock.unlock();
        }
    }

    /// Copies to that target hang until they are interrupted or released.
    void hold(StorageName target) {
        lock.lock();
        try {
            held.add(target);
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            held.clear();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void failRemovals(boolean fail) {
        removals(task -> {
            if (fail) {
                throw new NodeCallException(task.node(), 14, "unavailable");
            }
        });
    }

    /// From now on removals go like this.
    void removals(Removal script) {
        lock.lock();
        try {
            removal = script;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the next call: `gitaly-1 > gitaly-2` or `- gitaly-2`.
    String nextCall() throws InterruptedException {
        var call = began.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("the transport is not called");
        }
        return call;
    }

    boolean wasCalled() {
        return !began.isEmpty();
    }

    @Override
    public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        began.add(task.source().storage() + " > " + task.target().storage());
        Script script;
        lock.lockInterruptibly();
        try {
            while (held.contains(task.target().storage())) {
                released.await();
            }
            var queue = scripts.get(task.target().storage());
            script = queue == null || queue.isEmpty() ? _ -> new ReplicationResult.Copied() : queue.remove();
        } finally {
            lock.unlock();
        }
        return script.run(task);
    }

    @Override
    public void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException {
        began.add("- " + task.node().storage());
        Removal script;
        lock.lock();
        try {
            script = removal;
        } finally {
            lock.unlock();
        }
        script.run(task);
    }
}
