package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import io.quaestor.simulation.nodes.NodeAnswer;
import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The call at one node, as the proxy sees it.
///
/// **Threads:** the event loop of the call, but for what the connection does.
final class Leg implements Peer {

    private final SimulatedExchange exchange;
    private final Destination destination;
    private @Nullable Connection connection;
    private @Nullable Runnable cancelAtNode;
    private @Nullable DestinationEnd end;
    private @Nullable NodeAnswer answer;
    private boolean released;

    Leg(SimulatedExchange exchange, Destination destination) {
        this.exchange = exchange;
        this.destination = destination;
    }

    NodeId node() {
        return destination.node();
    }

    boolean isLive() {
        return end == null;
    }

    DestinationEnd end() {
        var known = end;
        if (known == null) {
            throw new AssertionError("the call at " + node() + " has not ended");
        }
        return known;
    }

    /// What the node said; empty if it said nothing.
    Optional<NodeAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    void open() {
        var found = exchange.parts().links().connection(node());
        if (found == null) {
            exchange.parts().later(exchange.parts().chance().millis(0, 100), () -> exchange.execute(() ->
                    ended(new DestinationEnd(node(), StatusCode.UNAVAILABLE, "not reached", false, false))));
            return;
        }
        connection = found;
        found.joinAtProxy(this);
        var service = exchange.parts().links().service(node(), found);
        found.toNode(() -> cancelAtNode = exchange.work(destination, service, reply -> exchange.execute(() -> answered(reply))));
        exchange.nodeDeadline().ifPresent(limit -> exchange.parts().later(limit, () -> exchange.execute(() ->
                leave(StatusCode.DEADLINE_EXCEEDED, "the time of the node is over"))));
    }

    private void answered(NodeAnswer given) {
        leaveConnection();
        if (end == null) {
            answer = given;
            ended(new DestinationEnd(node(), given.status(), given.text(), true, true));
        }
    }

    @Override
    public void connectionLost() {
        exchange.execute(() -> {
            if (end == null) {
                ended(new DestinationEnd(node(), StatusCode.UNAVAILABLE, "connection lost", true, false));
            }
        });
    }

    /// Cancels it.
    void leave(StatusCode status, String reason) {
        if (end == null) {
            exchange.leaves(this, reason);
            cancelNode();
            ended(new DestinationEnd(node(), status, reason, connection != null, false));
        }
    }

    /// It has ended for the coordinator; the node goes on for a while.
    void release(String reason, Duration limit) {
        if (end != null) {
            return;
        }
        if (connection == null) {
            leave(StatusCode.UNAVAILABLE, reason);
            return;
        }
        released = true;
        exchange.parts().later(limit, this::cancelNode);
        ended(new DestinationEnd(node(), StatusCode.UNAVAILABLE, reason, true, false));
    }

    private void cancelNode() {
        var open = connection;
        if (open != null) {
            open.toNode(() -> {
                if (cancelAtNode != null) {
                    cancelAtNode.run();
                }
            });
            leaveConnection();
        }
    }

    private void leaveConnection() {
        if (connection != null) {
            connection.leaveAtProxy(this);
        }
    }

    private void ended(DestinationEnd how) {
        if (end == null) {
            end = how;
            if (!released) {
                leaveConnection();
            }
            exchange.ended(this);
        }
    }
}
