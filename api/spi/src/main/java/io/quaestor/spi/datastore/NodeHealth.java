package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Which nodes are reached, as seen by all proxies.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface NodeHealth {

    /// Says what this proxy sees. Called once a second.
    ///
    /// @param proxy     the name of this proxy, the same after a restart
    /// @param reachable for each node whether it was reached
    void report(String proxy, Map<NodeId, Boolean> reachable) throws InterruptedException;

    /// The nodes that most proxies reach (RT 7.2).
    Set<NodeId> healthy() throws InterruptedException;
}
