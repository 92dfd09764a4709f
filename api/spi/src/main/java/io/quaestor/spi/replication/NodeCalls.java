package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ProviderType;

/// Calls to nodes for those who know the wire of Gitaly. Tokens and connections are the business of the host.
///
/// **Threads:** virtual threads; `unary` blocks until the answer is there or the limit is over.
@API(status = EXPERIMENTAL, since = "0.1")
@ProviderType
public interface NodeCalls {

    /// Makes one unary call.
    ///
    /// @param node     whom
    /// @param method   full name as in `gitaly.RepositoryService/ReplicateRepository`
    /// @param request  the message in protobuf
    /// @param metadata further headers in ASCII; never `authorization`
    /// @param limit    after which it is given up
    /// @return the answer in protobuf
    /// @throws NodeCallException if the call failed
    byte[] unary(NodeId node, String method, byte[] request, Map<String, String> metadata, Duration limit)
            throws NodeCallException, InterruptedException;

    /// Value of the header `gitaly-servers`, by which one node may call others: base64 of a JSON object with their
    /// addresses and tokens (RT 6.4).
    String servers(Set<NodeId> nodes);
}
