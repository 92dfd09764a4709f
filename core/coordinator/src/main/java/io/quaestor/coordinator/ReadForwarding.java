package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.routing.Route;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A read on its way. It is tried once on another replica that is up to date: if its node cannot be reached, or the
/// connection is lost, or the node is not reached for a while, before anything of an answer was passed on.
///
/// ```text
///  at its node ──node not reached, for a while, and another one can answer──▶ given up there ─┐
///    │  └────────failed without an answer────────────────────────────────────────────────────┴──▶ at another node ──▶ ended
///    └──node has ended it────────────────────────────────────────────────────────────────────────────────────────▶ ended
/// ```
///
/// **Threads:** the event loop of the call, but for [#nodeIsLost]. **Blocking:** never.
final class ReadForwarding implements Forwarding {

    /// A node that is away for less than this is waited for: what it has begun to do is not done in vain. Together with the
    /// health check it is less than what clients wait for a write with a node that hangs.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ReadLead lead;
    private final Exchange exchange;
    private final List<Destination> destinations;
    private final RepositoryRequest request;
    private final @Nullable RepositoryKey key;
    private @Nullable Carrier carrier;
    private Route.@Nullable Read next;
    private @Nullable Runnable timer;

    /// How long its node has been away, at the last look.
    private Duration waited = Duration.ZERO;

    private long number;

    /// @param key where another replica is looked up; `null` if only this destination may answer
    ReadForwarding(
            ReadLead lead,
            Exchange exchange,
            Destination destination,
            RepositoryRequest request,
            @Nullable RepositoryKey key) {
        this.lead = lead;
        this.exchange = exchange;
        this.destinations = List.of(destination);
        this.request = request;
        this.key = key;
    }

    @Override
    public List<Destination> destinations() {
        return destinations;
    }

    @Override
    public void opened(Carrier opened) {
        if (key == null) {
            return;
        }
        carrier = opened;
        number = lead.readsUnderWay().began(node(), this::nodeIsLost);
        if (!lead.isReached(node())) { // lost since it was chosen
            nodeIsLost();
        }
    }

    /// On any thread.
    private void nodeIsLost() {
        exchange.execute(() -> {
            if (timer == null) {
                waited = Duration.ZERO;
                lookAfter(PATIENCE);
            }
        });
    }

    private void lookAfter(Duration pause) {
        if (carrier != null) {
            timer = exchange.later(pause, () -> {
                timer = null;
                waited = waited.plus(pause);
                look(pause);
            });
        }
    }

    /// Who could answer may be back only later, so it is looked again, with growing pauses.
    private void look(Duration pause) {
        if (key == null || lead.isReached(node())) {
            waited = Duration.ZERO;
            return; // it is told again if the node is lost again
        }
        lookAfter(pause.multipliedBy(2));
        var placement = lead.remembered(key);
        if (placement != null) {
            giveUp(placement);
        } else {
            lead.recall(exchange, key, this::giveUp);
        }
    }

    private void giveUp(ReadPlacement placement) {
        if (carrier == null || lead.isReached(node())) {
            return;
        }
        next = lead.elsewhere(placement, node(), waited);
        if (next != null) {
            stopLooking();
            carrier.giveUp(node(), node() + " does not answer");
        }
    }

    private void stopLooking() {
        if (timer != null) {
            timer.run();
            timer = null;
        }
    }

    @Override
    public @Nullable Destination instead(DestinationEnd end) {
        if (key == null || end.status() != StatusCode.UNAVAILABLE || end.answered()) {
            return null;
        }
        var placement = lead.remembered(key);
        var read = placement == null ? null : lead.elsewhere(placement, node(), waited);
        if (read == null) {
            read = next; // it was right when the call was given up, a moment ago
        }
        return read == null ? null : lead.destination(request, read);
    }

    @Override
    public void ended(List<DestinationEnd> ends, Completion completion) {
        if (carrier != null) {
            lead.readsUnderWay().ended(node(), number);
            carrier = null;
            stopLooking();
        }
        completion.pass();
    }

    private NodeId node() {
        return destinations.getFirst().node();
    }
}
