package io.quaestor.transport.server;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.netty.channel.EventLoop;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.wire.SidechannelProxy;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Holds back the answer to a call until the sidechannel beside it has been flushed to the client, so that the client sees
/// all its bytes before the status (TR 2.5).
///
/// **Threads:** the event loop of the client's call.
final class SidechannelGate {

    private final SidechannelProxy proxy;
    private final EventLoop loop;
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean asked;
    private @Nullable SidechannelOutcome outcome;

    private SidechannelGate(SidechannelProxy proxy, EventLoop loop) {
        this.proxy = proxy;
        this.loop = loop;
    }

    /// The gate of a call.
    ///
    /// @param connection attributes of the client's connection
    /// @return `null` if the client announced no sidechannel
    static @Nullable SidechannelGate of(Attributes connection, Metadata headers, ProxyParts parts) {
        if (!headers.containsKey(Headers.SIDECHANNEL_ID)) {
            return null;
        }
        var loop = parts.loops().get(parts.loops().current());
        return SidechannelProxy.of(connection, headers, parts.sidechannels())
                .map(proxy -> new SidechannelGate(proxy, loop))
                .orElse(null);
    }

    /// Options by which a call to a node announces the proxy's own sidechannel.
    CallOptions announcedBy(CallOptions options) {
        return proxy.with(options);
    }

    /// Whether a node has opened its end.
    boolean isUsed() {
        return proxy.isUsed();
    }

    void cancel() {
        proxy.cancel();
    }

    /// Runs actions one after the other, once the node has said something and all it sent beside was flushed.
    void whenFlushed(Runnable action) {
        if (outcome != null) {
            action.run();
            return;
        }
        held.add(action);
        if (!asked) {
            asked = true;
            proxy.whenFlushed(this::flushed);
        }
    }

    private void flushed(SidechannelOutcome how) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> flushed(how));
            return;
        }
        outcome = how;
        for (Runnable action; (action = held.poll()) != null; ) {
            action.run();
        }
    }

    /// What the client is told of a sidechannel that broke while the call itself succeeded.
    ///
    /// @return empty if it did not break
    Optional<Failure> failure() {
        return outcome instanceof SidechannelOutcome.Broken(String reason)
                ? Optional.of(new Failure(StatusCode.INTERNAL, "sidechannel: proxy callback: " + reason))
                : Optional.empty();
    }
}
