package io.quaestor.transport.server;

import io.grpc.Metadata;
import io.quaestor.coordinator.Failure;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the client gets of a call that was carried to nodes: messages and end of the first node, or the proxy's own failure.
///
/// **Threads:** the event loop of the client's call.
final class ClientAnswer {

    private final ProxyCall client;
    private final @Nullable SidechannelGate sidechannel;
    private boolean begun;
    private boolean held;

    /// @param sidechannel `null` if the client announced none
    ClientAnswer(ProxyCall client, @Nullable SidechannelGate sidechannel) {
        this.client = client;
        this.sidechannel = sidechannel;
    }

    /// Whether the client may have got something, so that nobody else can answer.
    boolean isBegun() {
        return begun || (sidechannel != null && sidechannel.isUsed());
    }

    /// Passes a message on; the next one is asked for when the client has room. Where the client has gone it is dropped.
    void pass(NodeCall first, InputStream message) {
        begun = true;
        if (client.isOver()) {
            return;
        }
        if (sidechannel == null) {
            send(first, message);
        } else {
            byte[] bytes = Messages.read(message);
            sidechannel.whenFlushed(() -> send(first, Messages.of(bytes)));
        }
    }

    private void send(NodeCall first, InputStream message) {
        if (client.isOver() || sidechannelFailure().isPresent()) {
            return;
        }
        client.send(first.takeHeaders(), message);
        if (client.isReady()) {
            first.request();
        } else {
            held = true;
        }
    }

    void clientReady(NodeCall first) {
        if (held && client.isReady()) {
            held = false;
            first.request();
        }
    }

    void clientGone() {
        if (sidechannel != null) {
            sidechannel.cancel();
        }
    }

    /// Runs an action when the client has got all that nodes have sent beside the call.
    void whenFlushed(Runnable action) {
        if (sidechannel == null) {
            action.run();
        } else {
            sidechannel.whenFlushed(action);
        }
    }

    /// The client is told what the first node said.
    void endLike(NodeCall first) {
        var broken = sidechannelFailure();
        if (broken.isPresent() && first.status().isOk()) {
            fail(first, broken.get());
        } else {
            client.close(first.takeHeaders(), first.status(), first.trailers());
        }
    }

    /// The client is told the proxy's own failure, with what the first node said beside its status.
    void fail(NodeCall first, Failure failure) {
        Metadata trailers = first.trailers();
        trailers.discardAll(Headers.STATUS_DETAILS);
        client.close(first.takeHeaders(), Statuses.of(failure), trailers);
    }

    private Optional<Failure> sidechannelFailure() {
        return sidechannel == null ? Optional.empty() : sidechannel.failure();
    }
}
