package io.quaestor.simulation.proxy;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Link;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.nodes.NodeService;
import io.quaestor.spi.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The links of one proxy.
public final class Links {

    private final Fleet fleet;
    private final Map<NodeId, Link> links = new LinkedHashMap<>();

    Links(Fleet fleet, Scheduler scheduler, Chance chance, Owner proxy) {
        this.fleet = fleet;
        fleet.nodes().forEach(n -> links.put(n.id(), new Link(scheduler, chance, proxy, n.process())));
    }

    /// The link to one node.
    public Link to(NodeId node) {
        var link = links.get(node);
        if (link == null) {
            throw new AssertionError("no link to " + node);
        }
        return link;
    }

    @Nullable Connection connection(NodeId node) {
        return to(node).connection();
    }

    NodeService service(NodeId node, Connection connection) {
        return new NodeService(fleet.node(node), connection);
    }

    Node node(NodeId node) {
        return fleet.node(node);
    }

    void proxyDied() {
        links.values().forEach(Link::proxyDied);
    }
}
