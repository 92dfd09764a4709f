package io.quaestor.simulation.proxy;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.coordinator.Carrier;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Exchange;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.nodes.NodeAnswer;
import io.quaestor.simulation.nodes.NodeService;
import io.quaestor.simulation.nodes.WriteJob;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call as the coordinator sees it: carries it to nodes, and its answer to the client. What the transport's fan-out
/// does with real connections.
final class SimulatedExchange implements Exchange, Carrier {

    private static final Completion UNHEARD = new Completion() {
        @Override
        public void pass() {}

        @Override
        public void fail(Failure failure) {}

        @Override
        public void override(Failure failure) {}
    };

    private final Call call;
    private final Rpc rpc;
    private final ExchangeParts parts;
    private final Consumer<Answer> client;
    private final List<Leg> legs = new ArrayList<>();
    private final NodePatience patience;
    private @Nullable Forwarding forwarding;
    private int live;
    private boolean opening;
    private boolean askedInstead;
    private boolean decided;
    private boolean completed;
    private boolean gone;
    private boolean over;

    SimulatedExchange(Call call, Rpc rpc, ExchangeParts parts, Consumer<Answer> client) {
        this.call = call;
        this.rpc = rpc;
        this.parts = parts;
        this.client = client;
        this.patience = new NodePatience(parts);
        call.deadline().ifPresent(limit -> parts.later(limit, () -> execute(this::clientGone)));
        call.patience().ifPresent(limit -> parts.later(limit, () -> execute(this::clientGone)));
    }

    ExchangeParts parts() {
        return parts;
    }

    // what the coordinator asks

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public String correlationId() {
        return "call-" + call.number();
    }

    @Override
    public void execute(Runnable task) {
        parts.loop().execute(task);
    }

    @Override
    public Runnable later(Duration delay, Runnable task) {
        return parts.sabotage() == Sabotage.WAIT_FOR_THE_DEAD ? () -> {} : parts.later(delay, () -> execute(task));
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void answer(byte[] message) {
        decide();
        tell(Answer.of(StatusCode.OK, ""));
    }

    @Override
    public void fail(Failure failure) {
        if (forwarding == null) {
            decide();
        }
        tell(Answer.of(failure.code(), failure.text()));
    }

    @Override
    public void forward(Forwarding how) {
        decide();
        if (over) {
            how.ended(
                    how.destinations().stream()
                            .map(d -> new DestinationEnd(d.node(), StatusCode.CANCELLED, "the client has gone", false, false))
                            .toList(),
                    UNHEARD);
            return;
        }
        forwarding = how;
        opening = true;
        parts.facts().forwarded(correlationId(), how.destinations().getFirst().node().storage());
        how.destinations().forEach(d -> legs.add(new Leg(this, d)));
        live = legs.size();
        how.opened(this);
        for (var leg : List.copyOf(legs)) {
            if (leg.isLive()) {
                leg.open();
            }
        }
        opening = false;
        parts.points().pass(Point.CALLS_OPENED);
        proceed();
    }

    @Override
    public void giveUp(NodeId node, String reason) {
        if (mayGoElsewhere() && legs.getFirst().node().equals(node)) {
            legs.getFirst().leave(StatusCode.UNAVAILABLE, reason);
        }
    }

    @Override
    public void release(NodeId node, String reason, Duration limit) {
        legs.stream().filter(l -> l.node().equals(node)).toList().forEach(l -> l.release(reason, limit));
    }

    private void decide() {
        if (decided) {
            throw new AssertionError(call + " is decided twice");
        }
        decided = true;
    }

    // what nodes do

    /// What a node does when the call has come to it.
    ///
    /// @return cancels it
    Runnable work(Destination destination, NodeService node, Consumer<NodeAnswer> reply) {
        var request = (RepositoryRequest) rpc.read(destination.firstMessage());
        if (!request.storage().equals(destination.node().storage().value())) {
            throw new AssertionError(destination.node() + " gets the request of " + request.storage());
        }
        var path = new ReplicaPath(request.relativePath());
        if (!call.kind().writes()) {
            return node.read(path, reply);
        }
        var header = TransactionMetadata.of(destination);
        parts.facts().voted(correlationId(), header.number());
        var job = new WriteJob(
                call.number(),
                path,
                call.changes(),
                call.kind() == Kind.CREATION,
                call.kind().hasHooks(),
                parts.limits().preparing(),
                header.number(),
                header.primary());
        return node.write(job, parts.votes(), reply);
    }

    /// When a node has to end the call, counted from its beginning; empty for never.
    Optional<Duration> nodeDeadline() {
        var how = forwarding;
        return how == null ? Optional.empty() : call.deadline().map(d -> d.plus(how.deadlineMargin()));
    }

    void ended(Leg leg) {
        var how = forwarding;
        if (how == null || tryInstead(how, leg)) {
            return;
        }
        parts.points().pass(Point.NODE_ENDED);
        parts.facts().ended(correlationId(), leg.end());
        patience.ended(leg == legs.getFirst(), leg.end());
        how.nodeEnded(leg.end());
        failAll(leg);
        live--;
        if (!opening) {
            proceed();
        }
    }

    private boolean tryInstead(Forwarding how, Leg failed) {
        if (!mayGoElsewhere() || failed.end().isOk()) {
            return false;
        }
        askedInstead = true;
        var other = how.instead(failed.end());
        if (other == null) {
            return false;
        }
        legs.set(0, new Leg(this, other));
        legs.getFirst().open();
        return true;
    }

    private boolean mayGoElsewhere() {
        return legs.size() == 1 && !askedInstead && !over;
    }

    private void proceed() {
        var how = forwarding;
        if (live == 0 && how != null) {
            parts.points().pass(Point.ALL_ENDED);
            patience.allEnded().ifPresent(late -> parts.witness().violated(call + late));
            how.ended(legs.stream().map(Leg::end).toList(), new End());
        }
    }

    /// A sabotage: whoever cannot be reached takes the others with it.
    private void failAll(Leg leg) {
        if (parts.sabotage() == Sabotage.FAIL_WITH_THE_UNREACHABLE && call.kind().writes() && !leg.end().reached()) {
            legs.forEach(l -> l.leave(StatusCode.UNAVAILABLE, "another node was not reached"));
        }
    }

    /// A call is given up. That of the primary only if its client has gone: everybody else can be done without.
    void leaves(Leg leg, String reason) {
        if (leg == legs.getFirst() && call.kind().writes() && !gone && call.deadline().isEmpty()) {
            parts.witness().violated("P3: " + call + " was given up at its primary, though its client waits: " + reason);
        }
    }

    // what the client does

    private void clientGone() {
        if (over || gone || completed) {
            return;
        }
        gone = true;
        over = true;
        var how = forwarding;
        if (how != null && live > 0 && how.endsWithClient()) {
            List.copyOf(legs).forEach(l -> l.leave(StatusCode.CANCELLED, "the client has gone"));
        }
        parts.later(Duration.ZERO, () -> client.accept(Answer.of(StatusCode.CANCELLED, "the client has gone")));
    }

    private void tell(Answer answer) {
        completed = true;
        if (over) {
            if (!gone) {
                throw new AssertionError(call + " is answered twice");
            }
            return;
        }
        over = true;
        parts.points().pass(Point.BEFORE_ANSWER);
        if (parts.owner().isPaused()) {
            parts.owner().defer(() -> client.accept(answer));
        } else if (!parts.owner().isDead()) {
            client.accept(answer);
        }
    }

    private final class End implements Completion {

        @Override
        public void pass() {
            execute(this::likeFirst);
        }

        @Override
        public void fail(Failure failure) {
            execute(() -> {
                if (first().isOk()) {
                    tell(Answer.of(failure.code(), failure.text()));
                } else {
                    likeFirst();
                }
            });
        }

        @Override
        public void override(Failure failure) {
            execute(() -> tell(Answer.of(failure.code(), failure.text())));
        }

        private DestinationEnd first() {
            return legs.getFirst().end();
        }

        private void likeFirst() {
            tell(legs.getFirst()
                    .answer()
                    .map(a -> new Answer(a.status(), a.text(), a.seen(), a.changed()))
                    .orElseGet(() -> Answer.of(first().status(), first().text())));
        }
    }
}
