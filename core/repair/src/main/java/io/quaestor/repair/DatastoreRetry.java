package io.quaestor.repair;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import java.time.Duration;

/// Asks a datastore again that is away. A lost connection is worth some seconds, lest a long copy was in vain, or what nodes
/// have removed still counts.
///
/// **Threads:** virtual threads; may block.
final class DatastoreRetry {

    private static final int TRIES = 3;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final RepairParts parts;

    DatastoreRetry(RepairParts parts) {
        this.parts = parts;
    }

    /// What is asked of a datastore, or done there; doing it twice is doing it once.
    @FunctionalInterface
    interface Question<T> {

        T ask(Datastore datastore) throws InterruptedException;
    }

    /// Asks it.
    ///
    /// @throws DatastoreUnavailableException if the datastore is away after the last try too
    <T> T ask(Question<T> question) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return question.ask(parts.datastore().get());
            } catch (DatastoreUnavailableException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
            parts.clock().sleep(BETWEEN_TRIES);
        }
    }
}
