package io.quaestor.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepositoryLocksTest {

    /// All at once, each on a thread of its own, and nobody waits.
    @Test
    void noRepositoryWaitsForAnother() throws Exception {
        var locks = new RepositoryLocks(Duration.ZERO);
        var together = new CyclicBarrier(200);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> {
                        locks.exclusively(Path.of("/" + i), () -> meet(together));
                        return i;
                    }))
                    .toList();
            for (var one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isNotNegative();
            }
        }
    }

    private static void meet(CyclicBarrier others) throws InterruptedException {
        try {
            others.await(60, TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void patienceEndsAndTheLockIsFreeAfterwards() throws Exception {
        var locks = new RepositoryLocks(Duration.ofMillis(10));
        var place = Path.of("/a.git");

        locks.exclusively(place, () -> {
            try (var other = Executors.newVirtualThreadPerTaskExecutor()) {
                var second = other.submit(() -> {
                    locks.exclusively(place, () -> {});
                    return true;
                });
                assertThatThrownBy(() -> second.get(60, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(StatusException.class)
                        .hasMessageContaining("another operation on the repository is under way");
            }
        });

        locks.exclusively(place, () -> {});
    }
}
