package io.quaestor.spi.election;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Chooses the primary replica of a repository.
///
/// A strategy only decides. It is given a snapshot and returns a decision; it does not query the datastore, call nodes,
/// or read a clock. The core checks the decision and stores it with compare-and-set. If another proxy was faster, the
/// strategy is asked again with a fresh snapshot.
///
/// **Threads:** one instance serves all requests, so implementations must be thread-safe.
///
/// **Blocking:** not allowed. The call is made while a client waits for a write.
///
/// **Failure:** a thrown exception counts as [ElectionDecision.Vacant]: the stored primary stays. No other strategy is
/// tried.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
@FunctionalInterface
public interface ElectionStrategy {

    /// Decides who is the primary.
    ///
    /// If the current primary is still eligible, the decision must keep it.
    ///
    /// @param request the replicas of the repository at one instant
    /// @return an eligible replica, or the reason why there is none
    ElectionDecision elect(ElectionRequest request);
}
