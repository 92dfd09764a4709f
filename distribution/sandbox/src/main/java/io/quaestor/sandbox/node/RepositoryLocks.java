package io.quaestor.sandbox.node;

import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps creation, removal and replication of one repository apart. Pushes need no lock: Git has its own.
final class RepositoryLocks {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Striped, so that their number does not grow with the repositories.
    private final ReentrantLock[] stripes = new ReentrantLock[64];

    RepositoryLocks() {
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    @FunctionalInterface
    interface Body {
        void run() throws IOException, InterruptedException, StatusException;
    }

    /// @throws StatusException `ABORTED` if another holds it for more than 30 seconds
    void exclusively(Path repository, Body body) throws IOException, InterruptedException, StatusException {
        var lock = stripes[Math.floorMod(repository.hashCode(), stripes.length)];
        if (!lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Status.ABORTED
                    .withDescription("another operation on the repository is under way")
                    .asException();
        }
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }
}
