package io.quaestor.transport.server;

import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.coordinator.Carrier;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Failures;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call of a client, carried to its nodes and back.
///
/// ```text
///  client ──messages──▶ every live node      the next one is asked for when all live nodes have room
///  client ◀──answer──── first node           the next one is asked for when the client has room
///            drained ── other nodes
///
///  open ──all nodes have ended──▶ completing ──coordinator completes──▶ the client is told the end
/// ```
///
/// A node that has ended is out at once, and so is one that the coordinator releases. One beside the first that takes
/// nothing for a time is cancelled, so that it does not hold up the others; for the first the client itself waits. What
/// waits for a node is bounded by [FanOutLimits#bytesInFlight] and one message.
///
/// When the client goes, the coordinator says whether the nodes are cancelled, or end by themselves while their answers
/// are dropped.
///
/// **Threads:** the event loop of the client's call.
final class FanOut implements Carrier, LingeringCalls.Lingering {

    /// Of calls that are cut off because a stop has waited for long enough.
    static final Status STOPPING = Status.UNAVAILABLE.withDescription("the proxy is stopping");

    private static final Logger LOG = LoggerFactory.getLogger(FanOut.class);

    private final ProxyCall client;
    private final ProxyParts parts;
    private final LingeringCalls lingering;
    private final Forwarding forwarding;
    private final @Nullable Deadline deadline;
    private final Metadata headers;
    private final @Nullable SidechannelGate sidechannel;
    private final ClientAnswer answer;
    private final List<NodeCall> calls = new ArrayList<>();
    private int live;
    private boolean opening;
    private boolean requested;
    private boolean halfClosed;
    private boolean onlyFirstMessage = true;
    private boolean askedInstead;
    private boolean clientGone;
    private boolean completed;

    /// @param lingering   what goes on when the client has gone
    /// @param headers     what nodes get of the client's headers
    /// @param halfClosed  whether the client has said that nothing follows the first message
    /// @param sidechannel `null` if the client announced none
    FanOut(
            ProxyCall client,
            ProxyParts parts,
            LingeringCalls lingering,
            Forwarding forwarding,
            Metadata headers,
            boolean halfClosed,
            @Nullable SidechannelGate sidechannel) {
        this.client = client;
        this.parts = parts;
        this.lingering = lingering;
        this.forwarding = forwarding;
        this.deadline = later(client.deadline(), forwarding.deadlineMargin());
        this.headers = headers;
        this.halfClosed = halfClosed;
        this.sidechannel = sidechannel;
        this.answer = new ClientAnswer(client, sidechannel);
    }

    private static @Nullable Deadline later(@Nullable Deadline deadline, Duration margin) {
        return deadline == null ? null : deadline.offset(margin.toNanos(), TimeUnit.NANOSECONDS);
    }

    void open() {
        opening = true;
        for (var destination : forwarding.destinations()) {
            calls.add(call(destination, calls.isEmpty()));
        }
        live = calls.size();
        tell(() -> forwarding.opened(this));
        List.copyOf(calls).forEach(this::open);
        opening = false;
        proceed();
    }

    private NodeCall call(Destination destination, boolean first) {
        return new NodeCall(this, destination, first, parts, client.loop());
    }

    private void open(NodeCall call) {
        if (!call.isLive()) { // the coordinator has cancelled it while others were opened
            return;
        }
        var link = parts.nodes().link(client.loopNumber(), call.node());
        int bytesInFlight = calls.size() > 1 ? parts.fanOut().bytesInFlight() : 0;
        var how = new NodeCall.Opening(client.method(), deadline, headers, bytesInFlight, halfClosed);
        call.open(link, how, call == first() ? sidechannel : null);
    }

    private NodeCall first() {
        return calls.getFirst();
    }

    // from the client

    void clientMessage(InputStream message) {
        assert isOnLoop();
        requested = false;
        onlyFirstMessage = false;
        var alone = alone();
        if (alone != null && alone.copiesAtOnce()) {
            alone.send(message);
        } else {
            byte[] bytes = Messages.read(message); // once for all
            for (var call : calls) {
                if (call.isLive()) {
                    call.send(Messages.of(bytes));
                }
            }
        }
        requestNext();
    }

    /// @return the only live call; `null` if there are several, or none
    private @Nullable NodeCall alone() {
        NodeCall found = null;
        for (var call : calls) {
            if (call.isLive()) {
                if (found != null) {
                    return null;
                }
                found = call;
            }
        }
        return found;
    }

    void clientHalfClosed() {
        halfClosed = true;
        for (var call : calls) {
            if (call.isLive()) {
                call.halfClose();
            }
        }
    }

    void clientReady() {
        answer.clientReady(first());
    }

    /// The client has gone: nobody needs the nodes' answers any more. Their ends are collected as always, and a stop waits
    /// for them.
    void clientGone(Status reason) {
        if (clientGone || completed) {
            return;
        }
        clientGone = true;
        lingering.add(this);
        answer.clientGone();
        if (live == 0) {
            return;
        }
        if (endsWithClient()) {
            leaveAll(reason);
            return;
        }
        if (!halfClosed) {
            clientHalfClosed();
        }
        first().requestAll();
    }

    private boolean endsWithClient() {
        try {
            return forwarding.endsWithClient();
        } catch (RuntimeException e) {
            logDefect(e);
            return true;
        }
    }

    private void leaveAll(Status reason) {
        List.copyOf(calls).forEach(call -> call.leave(reason));
    }

    private void requestNext() {
        if (requested || halfClosed || opening || live == 0 || client.isOver()) {
            return;
        }
        boolean room = true;
        for (var call : calls) {
            if (call.isLive() && !call.hasRoom()) {
                room = false;
                if (call != first()) {
                    call.limitStall(parts.fanOut().stall());
                }
            }
        }
        if (room) {
            requested = true;
            client.request();
        }
    }

    // from the coordinator

    @Override
    public void giveUp(NodeId node, String reason) {
        if (mayGoElsewhere() && first().node().equals(node)) {
            first().giveUp(Status.UNAVAILABLE.withDescription(reason));
        }
    }

    @Override
    public void release(NodeId node, String reason, Duration limit) {
        for (var call : List.copyOf(calls)) {
            if (call.node().equals(node)) {
                call.release(Status.UNAVAILABLE.withDescription(reason), limit, lingering);
            }
        }
    }

    /// Of a call whose client has gone.
    @Override
    public void cutOff() {
        client.execute(() -> leaveAll(STOPPING));
    }

    // from the nodes

    void nodeReady() {
        assert isOnLoop();
        requestNext();
    }

    void answered(NodeCall first, InputStream message) {
        assert isOnLoop();
        answer.pass(first, message);
    }

    /// A node has ended its call, or was released. Other nodes may leave while the coordinator hears of it.
    void ended(NodeCall call) {
        assert isOnLoop();
        client.about(() -> endedNow(call));
    }

    private void endedNow(NodeCall call) {
        if (call == first() && tryInstead(call)) {
            return;
        }
        tell(() -> forwarding.nodeEnded(call.destinationEnd()));
        live--;
        if (!opening) {
            proceed();
        }
    }

    private boolean tryInstead(NodeCall failed) {
        if (!mayGoElsewhere() || failed.status().isOk()) {
            return false;
        }
        askedInstead = true;
        var other = forwarding.instead(failed.destinationEnd());
        if (other == null) {
            return false;
        }
        var call = call(other, true);
        calls.set(0, call);
        open(call);
        return true;
    }

    private boolean mayGoElsewhere() {
        return calls.size() == 1 && onlyFirstMessage && !askedInstead && !answer.isBegun() && !client.isOver();
    }

    /// Nothing here is synchronised: a callback from another thread would be a race.
    private boolean isOnLoop() {
        return client.loop().inEventLoop();
    }

    private void proceed() {
        if (live > 0) {
            requestNext();
        } else {
            answer.whenFlushed(() -> client.about(this::complete));
        }
    }

    private void complete() {
        try {
            forwarding.ended(calls.stream().map(NodeCall::destinationEnd).toList(), new End());
        } catch (RuntimeException e) {
            logDefect(e);
            end(() -> client.fail(Failures.defect(e)));
        }
    }

    /// Tells the coordinator something. A defect there ends the call for the client; what nodes do is still collected.
    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            logDefect(e);
            client.fail(Failures.defect(e));
            clientGone(Status.CANCELLED.withDescription("the call failed in the proxy"));
        }
    }

    private static void logDefect(RuntimeException e) {
        LOG.error("a call failed by a defect of the proxy", e);
    }

    private void end(Runnable telling) {
        completed = true;
        lingering.remove(this);
        telling.run();
    }

    /// Tells the client the end.
    private final class End implements Completion {

        @Override
        public void pass() {
            onLoop(() -> answer.endLike(first()));
        }

        @Override
        public void fail(Failure failure) {
            onLoop(() -> {
                if (first().status().isOk()) {
                    answer.fail(first(), failure);
                } else {
                    answer.endLike(first());
                }
            });
        }

        @Override
        public void override(Failure failure) {
            onLoop(() -> answer.fail(first(), failure));
        }

        private void onLoop(Runnable telling) {
            if (isOnLoop()) {
                end(telling);
            } else {
                client.execute(() -> end(telling));
            }
        }
    }
}
