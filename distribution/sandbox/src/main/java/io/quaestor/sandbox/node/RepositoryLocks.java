package io.quaestor.sandbox.node;

import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps operations on one repository apart. Pushes need no lock: Git has its own.
///
/// Each repository has a lock of its own, for as long as somebody wants it: votes are cast under a lock, and if two
/// repositories shared one, two nodes could wait for each other over different repositories.
final class RepositoryLocks {

    private final Map<Path, Lock> locks = new ConcurrentHashMap<>();
    private final Duration patience;

    /// @param patience how long to wait for a repository
    RepositoryLocks(Duration patience) {
        this.patience = patience;
    }

    @FunctionalInterface
    interface Body {
        void run() throws IOException, InterruptedException, StatusException;
    }

    /// @param users how many hold it or wait for it
    private record Lock(ReentrantLock lock, int users) {

        private Lock with(int more) {
            return new Lock(lock, users + more);
        }
    }

    /// @throws StatusException `ABORTED` if another holds it for too long
    void exclusively(Path repository, Body body) throws IOException, InterruptedException, StatusException {
        var lock = enter(repository);
        try {
            if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Status.ABORTED
                        .withDescription("another operation on the repository is under way")
                        .asException();
            }
            try {
                body.run();
            } finally {
                lock.unlock();
            }
        } finally {
            leave(repository);
        }
    }

    private ReentrantLock enter(Path repository) {
        return locks.compute(repository, (_, known) -> known == null ? new Lock(new ReentrantLock(), 1) : known.with(1))
                .lock();
    }

    private void leave(Path repository) {
        locks.computeIfPresent(repository, (_, known) -> known.users() == 1 ? null : known.with(-1));
    }
}
