package io.quaestor.transport.server;

import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quaestor.coordinator.Completion;
import io.quaestor.coordinator.Destination;
import io.quaestor.coordinator.DestinationEnd;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Forwarding;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
/// A node that has ended is out at once. One beside the first that takes nothing for a time is cancelled, so that it does
/// not hold up the others; for the first the client itself waits. What waits for a node is bounded by [FanOutLimits#bytesInFlight] and one message.
///
/// **Threads:** the event loop of the client's call.
final class FanOut {

    private static final Logger LOG = LoggerFactory.getLogger(FanOut.class);

    private final ProxyCall client;
    private final ProxyParts parts;
    private final Forwarding forwarding;
    private final MethodDescriptor<InputStream, InputStream> method;
    private final @Nullable Deadline deadline;
    private final Metadata headers;
    private final @Nullable SidechannelGate sidechannel;
    private final List<NodeCall> calls = new ArrayList<>();
    private int live;
    private boolean opening;
    private boolean requested;
    private boolean halfClosed;
    private boolean onlyFirstMessage = true;
    private boolean passedOn;
    private boolean answerHeld;
    private boolean askedInstead;

    /// @param headers     what nodes get of the client's headers
    /// @param halfClosed  whether the client has said that nothing follows the first message
    /// @param sidechannel `null` if the client announced none
    FanOut(
            ProxyCall client,
            ProxyParts parts,
            Forwarding forwarding,
            Metadata headers,
            boolean halfClosed,
            @Nullable SidechannelGate sidechannel) {
        this.client = client;
        this.parts = parts;
        this.forwarding = forwarding;
        this.method = client.method();
        this.deadline = client.deadline();
        this.headers = headers;
        this.halfClosed = halfClosed;
        this.sidechannel = sidechannel;
    }

    void open() {
        var destinations = forwarding.destinations();
        live = destinations.size();
        opening = true;
        for (var destination : destinations) {
            calls.add(call(destination, calls.isEmpty()));
        }
        for (var call : List.copyOf(calls)) {
            open(call, destinations.get(calls.indexOf(call)));
        }
        opening = false;
        proceed();
    }

    private NodeCall call(Destination destination, boolean first) {
        return new NodeCall(this, destination, first, parts.feedback(), parts.clock());
    }

    private void open(NodeCall call, Destination destination) {
        var link = parts.nodes().link(client.loopNumber(), destination.node());
        int bytesInFlight = calls.size() > 1 ? parts.fanOut().bytesInFlight() : 0;
        var beside = call == calls.getFirst() ? sidechannel : null;
        call.open(link, method, deadline, headers, bytesInFlight, halfClosed, beside);
    }

    // from the client

    void clientMessage(InputStream message) {
        assert isOnLoop();
        requested = false;
        onlyFirstMessage = false;
        if (live == 1) {
            for (var call : calls) {
                if (call.isLive()) {
                    call.send(call.copiesAtOnce() ? message : Messages.of(Messages.read(message)));
                }
            }
        } else if (live > 1) {
            byte[] bytes = Messages.read(message); // once for all
            for (var call : calls) {
                if (call.isLive()) {
                    call.send(Messages.of(bytes));
                }
            }
        }
        requestNext();
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
        if (answerHeld && client.isReady()) {
            answerHeld = false;
            calls.getFirst().request();
        }
    }

    /// The client has gone: nobody needs the nodes' answers any more. Their ends are collected as always.
    void clientGone(Status reason) {
        if (sidechannel != null) {
            sidechannel.cancel();
        }
        for (var call : List.copyOf(calls)) {
            call.leave(reason);
        }
    }

    private void requestNext() {
        if (requested || halfClosed || live == 0 || client.isOver()) {
            return;
        }
        boolean room = true;
        for (var call : calls) {
            if (call.isLive() && !call.hasRoom()) {
                room = false;
                if (call != calls.getFirst()) {
                    call.limitStall(client.loop(), parts.fanOut().stall());
                }
            }
        }
        if (room) {
            requested = true;
            client.request();
        }
    }

    // from the nodes

    void nodeReady() {
        assert isOnLoop();
        requestNext();
    }

    void answered(NodeCall first, InputStream message) {
        assert isOnLoop();
        passedOn = true;
        if (sidechannel == null) {
            passOn(first, message);
        } else {
            byte[] held = Messages.read(message);
            sidechannel.whenFlushed(() -> passOn(first, Messages.of(held)));
        }
    }

    private void passOn(NodeCall first, InputStream message) {
        if (client.isOver() || sidechannelFailure().isPresent()) {
            return;
        }
        client.send(first.takeHeaders(), message);
        if (client.isReady()) {
            first.request();
        } else {
            answerHeld = true;
        }
    }

    void ended(NodeCall call) {
        assert isOnLoop();
        if (call == calls.getFirst() && tryInstead(call)) {
            return;
        }
        live--;
        if (!opening) {
            proceed();
        }
    }

    private boolean tryInstead(NodeCall failed) {
        boolean possible = calls.size() == 1
                && onlyFirstMessage
                && !passedOn
                && !askedInstead
                && (sidechannel == null || !sidechannel.isUsed());
        if (!possible || failed.status().isOk() || client.isOver()) {
            return false;
        }
        askedInstead = true;
        var other = forwarding.instead(failed.destinationEnd());
        if (other == null) {
            return false;
        }
        var call = call(other, true);
        calls.set(0, call);
        open(call, other);
        return true;
    }

    /// Nothing here is synchronised: a callback from another thread would be a race.
    private boolean isOnLoop() {
        return client.loop().inEventLoop();
    }

    private void proceed() {
        if (live > 0) {
            requestNext();
            return;
        }
        if (sidechannel == null) {
            complete();
        } else {
            sidechannel.whenFlushed(this::complete);
        }
    }

    private void complete() {
        try {
            forwarding.ended(calls.stream().map(NodeCall::destinationEnd).toList(), new End());
        } catch (RuntimeException e) {
            LOG.error("a call failed by a defect of the proxy", e);
            client.fail(new Failure(StatusCode.INTERNAL, "panic: " + e));
        }
    }

    /// Tells the client the end.
    private final class End implements Completion {

        @Override
        public void pass() {
            onLoop(FanOut.this::tellFirst);
        }

        @Override
        public void fail(Failure failure) {
            onLoop(() -> {
                if (calls.getFirst().status().isOk()) {
                    tell(failure);
                } else {
                    tellFirst();
                }
            });
        }

        @Override
        public void override(Failure failure) {
            onLoop(() -> tell(failure));
        }

        private void onLoop(Runnable action) {
            if (client.loop().inEventLoop()) {
                action.run();
            } else {
                client.execute(action);
            }
        }
    }

    private Optional<Failure> sidechannelFailure() {
        return sidechannel == null ? Optional.empty() : sidechannel.failure();
    }

    private void tellFirst() {
        var first = calls.getFirst();
        var broken = sidechannelFailure();
        if (broken.isPresent() && first.status().isOk()) {
            tell(broken.get());
            return;
        }
        client.close(first.takeHeaders(), first.status(), first.trailers());
    }

    /// The proxy's own failure, with what the first node said beside its status.
    private void tell(Failure failure) {
        var first = calls.getFirst();
        var trailers = first.trailers();
        trailers.discardAll(Headers.STATUS_DETAILS);
        client.close(first.takeHeaders(), Statuses.of(failure), trailers);
    }

    /// Ends for a call that never left, because the client was gone before.
    static void endUnsent(Forwarding forwarding) {
        var ends = new ArrayList<DestinationEnd>();
        for (var destination : forwarding.destinations()) {
            ends.add(new DestinationEnd(
                    destination.node(), StatusCode.CANCELLED, "the client has gone", false, false));
        }
        forwarding.ended(ends, new Unheard());
    }

    /// Nobody is there to be told.
    private static final class Unheard implements Completion {

        @Override
        public void pass() {}

        @Override
        public void fail(Failure failure) {}

        @Override
        public void override(Failure failure) {}
    }
}
