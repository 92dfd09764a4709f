package io.quaestor.simulation.proxy;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Exchange;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.simulation.engine.EventLoop;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.nodes.Fleet;
import io.quaestor.simulation.nodes.Node;
import io.quaestor.spi.model.ReplicaPath;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/// One call as the coordinator sees it: carries it to nodes, and its answer to the client. What the transport does with
/// real connections.
final class SimulatedExchange implements Exchange {

    private final Call call;
    private final Rpc rpc;
    private final Fleet fleet;
    private final EventLoop loop;
    private final Owner owner;
    private final Consumer<Answer> client;
    private SortedSet<Integer> seen = new TreeSet<>();
    private boolean decided;
    private boolean over;

    SimulatedExchange(Call call, Rpc rpc, Fleet fleet, EventLoop loop, Owner owner, Consumer<Answer> client) {
        this.call = call;
        this.rpc = rpc;
        this.fleet = fleet;
        this.loop = loop;
        this.owner = owner;
        this.client = client;
    }

    @Override
    public String header(String name) {
        return null;
    }

    @Override
    public String correlationId() {
        return "call-" + call.number();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void answer(byte[] message) {
        decide();
        tell(StatusCode.OK, "");
    }

    @Override
    public void fail(Failure failure) {
        decide();
        tell(failure.code(), failure.text());
    }

    @Override
    public void forward(Forwarding forwarding) {
        decide();
        var destinations = forwarding.destinations();
        var ends = new DestinationEnd[destinations.size()];
        for (int i = 0; i < ends.length; i++) {
            int index = i;
            open(destinations.get(i), end -> {
                var instead = ends.length == 1 ? forwarding.instead(end) : null;
                if (instead == null) {
                    ended(forwarding, ends, index, end);
                } else {
                    open(instead, second -> ended(forwarding, ends, index, second));
                }
            });
        }
    }

    private void ended(Forwarding forwarding, DestinationEnd[] ends, int index, DestinationEnd end) {
        ends[index] = end;
        if (Arrays.stream(ends).allMatch(e -> e != null)) {
            forwarding.ended(List.of(ends), completion(ends[0]));
        }
    }

    private void open(Destination destination, Consumer<DestinationEnd> heard) {
        var request = (RepositoryRequest) rpc.read(destination.firstMessage());
        if (!request.storage().equals(destination.node().storage().value())) {
            throw new AssertionError(destination.node() + " gets the request of " + request.storage());
        }
        var path = new ReplicaPath(request.relativePath());
        fleet.call(
                owner,
                destination.node(),
                node -> work(node, path),
                end -> loop.execute(() -> heard.accept(end(destination, end))));
    }

    private boolean work(Node node, ReplicaPath path) {
        if (call.kind() != Kind.CREATION && !node.has(path)) {
            return false;
        }
        if (call.kind().writes()) {
            node.write(path, call.number());
        } else {
            seen = node.writes(path);
        }
        return true;
    }

    private static DestinationEnd end(Destination destination, Fleet.End end) {
        var node = destination.node();
        return switch (end) {
            case DONE -> new DestinationEnd(node, StatusCode.OK, "", true, true);
            case REFUSED -> new DestinationEnd(node, StatusCode.INTERNAL, "refused", true, true);
            case LOST -> new DestinationEnd(node, StatusCode.UNAVAILABLE, "lost", true, false);
            case NOT_REACHED -> new DestinationEnd(node, StatusCode.UNAVAILABLE, "not reached", false, false);
        };
    }

    private Completion completion(DestinationEnd first) {
        return new Completion() {
            @Override
            public void pass() {
                tell(first.status(), first.text());
            }

            @Override
            public void fail(Failure failure) {
                if (first.isOk()) {
                    override(failure);
                } else {
                    pass();
                }
            }

            @Override
            public void override(Failure failure) {
                tell(failure.code(), failure.text());
            }
        };
    }

    private void decide() {
        if (decided) {
            throw new AssertionError(call + " is decided twice");
        }
        decided = true;
    }

    private void tell(StatusCode code, String text) {
        if (over) {
            throw new AssertionError(call + " is answered twice");
        }
        over = true;
        client.accept(new Answer(code, text, code == StatusCode.OK ? seen : new TreeSet<>()));
    }
}
