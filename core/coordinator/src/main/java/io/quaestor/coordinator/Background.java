package io.quaestor.coordinator;

import io.quaestor.spi.datastore.DatastoreException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Runs what may block in virtual threads, and comes back to the event loop of the call.
///
/// A task answers with what is to be done next. Whatever it throws ends the call with a failure; nothing is lost.
///
/// **Threads:** any; nothing blocks but the tasks.
final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final ThreadFactory threads;

    Background(ThreadFactory threads) {
        this.threads = threads;
    }

    /// What may block.
    @FunctionalInterface
    interface Task {

        /// Does it.
        ///
        /// @return what is to be done on the event loop
        Runnable run() throws InterruptedException;
    }

    /// Starts a task for a call that is not yet forwarded.
    ///
    /// @param prefix what is being done, for the text of a failure
    void lead(Exchange exchange, String prefix, Task task) {
        run(
                task,
                prefix,
                next -> exchange.execute(() -> guard(next, exchange)),
                failure -> exchange.execute(() -> exchange.fail(failure)));
    }

    /// Starts a task on whose end the client's trailers wait.
    void complete(Completion completion, String prefix, Task task) {
        run(task, prefix, Runnable::run, completion::fail);
    }

    /// Starts a task that nobody waits for. What it throws is logged.
    void start(Runnable task) {
        newThread(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("a task failed by a defect of the proxy", e);
                    }
                })
                .start();
    }

    /// Does the next step of a call on its event loop; a defect ends this call and no other.
    static void guard(Runnable step, Exchange exchange) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            exchange.fail(defect(e));
        }
    }

    private void run(Task task, String prefix, Consumer<Runnable> next, Consumer<Failure> failed) {
        newThread(() -> {
                    Runnable step;
                    try {
                        step = task.run();
                    } catch (DatastoreException e) {
                        failed.accept(Failures.of(e, prefix));
                        return;
                    } catch (InterruptedException _) {
                        failed.accept(Failures.stopping(prefix));
                        return;
                    } catch (RuntimeException | Error e) { // also a class that is missing: no call may be left without end
                        failed.accept(defect(e));
                        return;
                    }
                    next.accept(step); // not in the `try`: a call is not ended twice
                })
                .start();
    }

    /// Its log lines are about the call that the starter works for, so they carry its correlation id too (OPS 5.4).
    private Thread newThread(Runnable task) {
        var context = MDC.getCopyOfContextMap();
        return threads.newThread(() -> {
            if (context != null) {
                MDC.setContextMap(context);
            }
            task.run();
        });
    }

    private static Failure defect(Throwable e) {
        LOG.error("a call failed by a defect of the proxy", e);
        return Failures.defect(e);
    }
}
