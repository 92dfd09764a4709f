package io.quaestor.transport.server;

import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Carrier;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Exchange;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.Leader;
import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Sends calls where a test says, with their first message unchanged, and keeps how they ended.
final class FakeLeader implements Leader {

    /// What to do with a call.
    interface Way {

        void lead(Exchange exchange, Rpc rpc, byte[] firstMessage);
    }

    /// What the coordinator was told, in order, as in `opened`, `ended gitaly-1`, `gone` and `ended`.
    final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    final BlockingQueue<DestinationEnd> nodeEnds = new LinkedBlockingQueue<>();
    final CompletableFuture<Carrier> carrier = new CompletableFuture<>();
    final CompletableFuture<List<DestinationEnd>> ends = new CompletableFuture<>();
    final AtomicInteger led = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    volatile Consumer<Completion> completion = Completion::pass;
    volatile NodeId instead;
    volatile Map<String, String> headers = Map.of();
    volatile boolean endsWithClient = true;
    volatile Duration deadlineMargin = Duration.ZERO;
    volatile Consumer<Carrier> onOpened = _ -> {};
    volatile Consumer<DestinationEnd> onNodeEnded = _ -> {};
    volatile Exchange exchange;
    volatile Way way;

    void to(NodeId... nodes) {
        way = (exchange, rpc, message) -> {
            this.exchange = exchange;
            exchange.forward(forwarding(message, nodes));
        };
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
            public void opened(Carrier opened) {
                news.add("opened");
                carrier.complete(opened);
                onOpened.accept(opened);
            }

            @Override
            public void nodeEnded(DestinationEnd end) {
                news.add("ended " + end.node().storage());
                nodeEnds.add(end);
                onNodeEnded.accept(end);
            }

            @Override
            public boolean endsWithClient() {
                news.add("gone");
                return endsWithClient;
            }

            @Override
            public Duration deadlineMargin() {
                return deadlineMargin;
            }

            @Override
            public void ended(List<DestinationEnd> all, Completion end) {
                news.add("ended");
                ended.incrementAndGet();
                ends.complete(all);
                completion.accept(end);
            }
        };
    }

    /// Does something with the calls of the last exchange, on its event loop.
    void carry(Consumer<Carrier> action) throws Exception {
        var opened = carrier.get(10, TimeUnit.SECONDS);
        exchange.execute(() -> action.accept(opened));
    }

    DestinationEnd awaitNodeEnd() throws InterruptedException {
        var end = nodeEnds.poll(10, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no node has ended");
        }
        return end;
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
        led.incrementAndGet();
        way.lead(exchange, rpc, firstMessage);
    }
}
