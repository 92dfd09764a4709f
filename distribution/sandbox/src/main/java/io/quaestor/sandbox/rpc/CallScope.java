package io.quaestor.sandbox.rpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What has to be undone when the other side gives up a call: mostly a process to kill.
///
/// Thread-safe. A hook runs at most once, on the thread that cancels, so it must not block.
public final class CallScope {

    private final List<Runnable> hooks = new ArrayList<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private boolean cancelled;

    /// Runs `hook` when the call is cancelled, at once if it is already.
    public void onCancel(Runnable hook) {
        synchronized (this) {
            if (!cancelled) {
                hooks.add(hook);
                return;
            }
        }
        hook.run();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /// Waits until the call is cancelled, but not longer than `limit`.
    ///
    /// @return whether it is cancelled
    public boolean awaitCancelled(Duration limit) throws InterruptedException {
        return gone.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    public void cancel() {
        List<Runnable> due;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(hooks);
        }
        gone.countDown();
        due.forEach(Runnable::run);
    }
}
