package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// What came of a copy.
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface ReplicationResult {

    /// The target equals the source as it was at some time after the copy began.
    record Copied() implements ReplicationResult {}

    /// The source has no repository at that place, so its record is wrong.
    record SourceInvalid(String reason) implements ReplicationResult {}

    /// The source can be copied, but what the target has is in the way, such as a lock that Git left behind when it was
    /// killed. To be said only if nothing else can be the reason: the core may remove the replica, and have it copied
    /// anew.
    record TargetUnfit(String reason) implements ReplicationResult {}

    /// It cannot be done now, and trying again soon will not help; the job keeps its attempts.
    record Postponed(String reason) implements ReplicationResult {}
}
