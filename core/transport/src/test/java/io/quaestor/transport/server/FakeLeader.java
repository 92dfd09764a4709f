package io.quaestor.transport.server;

import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Exchange;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.Leader;
import io.quaestor.spi.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Sends calls where a test says, with their first message unchanged, and keeps how they ended.
final class FakeLeader implements Leader {

    /// What to do with a call.
    interface Way {

        void lead(Exchange exchange, Rpc rpc, byte[] firstMessage);
    }

    final CompletableFuture<List<DestinationEnd>> ends = new CompletableFuture<>();
    final AtomicInteger ended = new AtomicInteger();
    volatile Consumer<Completion> completion = Completion::pass;
    volatile NodeId instead;
    volatile Map<String, String> headers = Map.of();
    volatile Way way;

    void to(NodeId... nodes) {
        way = (exchange, rpc, message) -> exchange.forward(forwarding(message, nodes));
    }

    Forwarding forwarding(byte[] message, NodeId... nodes) {
        var destinations = List.of(nodes).stream()
                .map(node -> new Destination(node, message, headers))
                .toList();
        return new Forwarding() {
            @Override
            public List<Destination> destinations() {
                return destinations;
            }

            @Override
            public Destination instead(DestinationEnd end) {
                return instead == null || end.answered() ? null : new Destination(instead, message, headers);
            }

            @Override
            public void ended(List<DestinationEnd> all, Completion end) {
                ended.incrementAndGet();
                ends.complete(all);
                completion.accept(end);
            }
        };
    }

    List<DestinationEnd> awaitEnds() throws Exception {
        return ends.get(10, TimeUnit.SECONDS);
    }

    @Override
    public Rpc find(String fullMethodName) {
        return RpcCatalogue.builtin().find(fullMethodName).orElse(null);
    }

    @Override
    public void lead(Exchange exchange, Rpc rpc, byte[] firstMessage) {
        way.lead(exchange, rpc, firstMessage);
    }
}
