package io.quaestor.repair;

import java.time.Duration;

/// How much is repaired at once, and how long is waited.
///
/// @param workers      how many jobs run at once for each node (`replication.parallel_storage_processing_workers`)
/// @param batch        how many jobs are taken at once for a node (`replication.batch_size`)
/// @param retryAfter   how long a job rests that failed, or that cannot be done now
/// @param copyLimit    after which a copy is given up; the first copy of a large repository takes hours
/// @param removalLimit after which the removal of a replica is given up
public record RepairSettings(int workers, int batch, Duration retryAfter, Duration copyLimit, Duration removalLimit) {

    /// Praefect's defaults for the first two (RT 6.3); the others are ours.
    public static final RepairSettings DEFAULT =
            new RepairSettings(1, 10, Duration.ofSeconds(30), Duration.ofHours(6), Duration.ofMinutes(10));

    public RepairSettings {
        if (workers < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "replication needs one worker and a batch of one at least: " + workers + ", " + batch);
        }
        if (!retryAfter.isPositive() || !copyLimit.isPositive() || !removalLimit.isPositive()) {
            throw new IllegalArgumentException("a time of the replication is not positive: " + retryAfter + ", "
                    + copyLimit + ", " + removalLimit);
        }
    }
}
