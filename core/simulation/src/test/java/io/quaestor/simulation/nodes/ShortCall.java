package io.quaestor.simulation.nodes;

import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A call that a node serves in one step.
final class ShortCall<A> implements Peer {

    private final Connection connection;
    private boolean over;

    private ShortCall(Connection connection) {
        this.connection = connection;
    }

    /// @return cancels it
    static <A> Runnable begin(Node node, Connection connection, Supplier<A> work, Consumer<A> reply) {
        var call = new ShortCall<A>(connection);
        connection.joinAtNode(call);
        node.later(() -> {
            if (!call.over) {
                call.connectionLost();
                A answer = work.get();
                connection.toProxy(() -> reply.accept(answer));
            }
        });
        return call::connectionLost;
    }

    @Override
    public void connectionLost() {
        over = true;
        connection.leaveAtNode(this);
    }
}
