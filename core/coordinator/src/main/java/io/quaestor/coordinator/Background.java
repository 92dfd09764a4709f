package io.quaestor.coordinator;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.replication.NodeCallException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what may block in virtual threads, and comes back to the event loop of the call.
///
/// A task answers with what is to be done next. Whatever it throws ends the call with a failure; nothing is lost.
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
        Runnable run() throws InterruptedException, NodeCallException;
    }

    /// Starts a task for a call that is not yet forwarded.
    ///
    /// @param prefix what is being done, for the text of a failure
    void lead(Exchange exchange, String prefix, Task task) {
        run(task, prefix, exchange::execute, failure -> exchange.execute(() -> exchange.fail(failure)));
    }

    /// Starts a task on whose end the client's trailers wait.
    void complete(Completion completion, String prefix, Task task) {
        run(task, prefix, Runnable::run, completion::fail);
    }

    private void run(Task task, String prefix, Consumer<Runnable> next, Consumer<Failure> failed) {
        threads.newThread(() -> {
                    try {
                        next.accept(task.run());
                    } catch (DatastoreException e) {
                        failed.accept(Failures.of(e, prefix));
                    } catch (NodeCallException e) {
                        failed.accept(Failures.of(e, prefix));
                    } catch (InterruptedException e) {
                        failed.accept(new Failure(StatusCode.UNAVAILABLE, prefix + "the proxy is stopping"));
                    } catch (RuntimeException e) {
                        LOG.error("a call failed by a defect of the proxy", e);
                        failed.accept(new Failure(StatusCode.INTERNAL, prefix + e));
                    }
                })
                .start();
    }
}
