package io.quaestor.spi.reading;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Chooses the replica that serves a read.
///
/// The core offers only replicas that are safe: up to date and on a node that this proxy reaches. The strategy decides
/// among equals.
///
/// **Threads:** event loops, several at once, one call for each read. **Blocking:** never; a slow strategy slows every
/// RPC of its event loop.
///
/// **Failure:** after an exception, or an answer that was not offered, the core picks one of the offered replicas by
/// chance, counts it, and logs it once for each kind.
///
/// A strategy that learns from calls also implements [ReadFeedback].
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
@FunctionalInterface
public interface ReadDistribution {

    /// Chooses a replica.
    ///
    /// @param request what is offered
    /// @return one of the offered replicas
    StorageName choose(ReadRequest request);
}
