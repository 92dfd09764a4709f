package io.quaestor.sandbox.node;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Feeds a process on a thread of its own while another reads what it says. Closing stops it.
final class Feeder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);

    private final Thread thread;

    private Feeder(Thread thread) {
        this.thread = thread;
    }

    @FunctionalInterface
    interface Body {
        void run() throws IOException, InterruptedException;
    }

    /// @param broken runs if the feeding failed, so that the process does not wait for input that never comes
    static Feeder start(ThreadFactory threads, Body body, Runnable broken) {
        var thread = threads.newThread(() -> {
            try {
                body.run();
            } catch (IOException | InterruptedException e) {
                LOG.debug("input ended early: {}", e.toString());
                broken.run();
            }
        });
        thread.start();
        return new Feeder(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
