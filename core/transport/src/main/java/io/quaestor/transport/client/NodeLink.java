package io.quaestor.transport.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.netty.channel.EventLoop;
import io.quaestor.coordinator.TokenSigner;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way from one event loop to one node: a channel with at most one connection.
///
/// Keeps the connection up by itself once the channel was used, and says at once when it is lost.
///
/// **Threads:** its event loop only. That is why nothing here is synchronised, and why callbacks of its calls come on that
/// loop.
public final class NodeLink {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Node node;
    private final EventLoop loop;
    private final Supplier<ManagedChannel> factory;
    private final NodeSettings settings;
    private final Clock clock;
    private final Consumer<NodeId> lost;
    private @Nullable ManagedChannel channel;
    private boolean retrying;
    private boolean closed;
    private boolean mute;
    private long tokenSecond = Long.MIN_VALUE;
    private String tokenHeader = "";

    NodeLink(
            Node node,
            EventLoop loop,
            Supplier<ManagedChannel> factory,
            NodeSettings settings,
            Clock clock,
            Consumer<NodeId> lost) {
        this.node = node;
        this.loop = loop;
        this.factory = factory;
        this.settings = settings;
        this.clock = clock;
        this.lost = lost;
    }

    public NodeId id() {
        return node.id();
    }

    public EventLoop loop() {
        return loop;
    }

    /// The channel, made when it is first asked for. After [NodeChannels#close] its calls fail.
    public ManagedChannel channel() {
        var made = channel;
        if (made == null) {
            made = factory.get();
            channel = made;
            if (closed) {
                made.shutdownNow();
            } else {
                watch(made, made.getState(true));
            }
        }
        return made;
    }

    /// Whether a call would be sent at once.
    public boolean isReady() {
        return channel().getState(false) == ConnectivityState.READY;
    }

    /// Whether the peer takes connections and says nothing, so that calls need not wait until it does. A peer that takes
    /// none fails calls by itself.
    public boolean isMute() {
        return mute;
    }

    /// How long a call waits for a connection.
    public long connectLimitNanos() {
        return settings.connectLimit().toNanos();
    }

    /// Adds what the node knows the proxy by. With an empty token as well (TR 5.7).
    public void authorize(Metadata headers) {
        long second = clock.now().getEpochSecond();
        if (second != tokenSecond) {
            tokenHeader = TokenSigner.header(node.token(), second);
            tokenSecond = second;
        }
        headers.put(AUTHORIZATION, tokenHeader);
    }

    void close() {
        closed = true;
        if (channel != null) {
            channel.shutdown();
        }
    }

    void abort() {
        closed = true;
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    private void watch(ManagedChannel watched, ConnectivityState state) {
        watched.notifyWhenStateChanged(state, () -> changed(watched, state));
        switch (state) {
            case TRANSIENT_FAILURE -> retrySoon(watched);
            case CONNECTING -> {
                loop.schedule(() -> giveUp(watched), connectLimitNanos(), TimeUnit.NANOSECONDS);
                loop.schedule(() -> startAnew(watched), 2 * connectLimitNanos(), TimeUnit.NANOSECONDS);
            }
            case IDLE, READY, SHUTDOWN -> {}
        }
    }

    private void changed(ManagedChannel watched, ConnectivityState before) {
        var now = watched.getState(true); // a lost connection is made again without waiting for a call
        if (closed || now == ConnectivityState.SHUTDOWN) {
            return;
        }
        if (now == ConnectivityState.READY) {
            mute = false;
        }
        watch(watched, now);
        if (before == ConnectivityState.READY) {
            lost.accept(node.id());
        }
    }

    /// grpc-java waits longer with each failure and has no setting for it (TR 5.3).
    private void retrySoon(ManagedChannel watched) {
        if (retrying) {
            return;
        }
        retrying = true;
        loop.schedule(
                () -> {
                    retrying = false;
                    if (!closed && watched.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                        watched.resetConnectBackoff();
                        retrySoon(watched);
                    }
                },
                settings.retryPeriod().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void giveUp(ManagedChannel watched) {
        if (watched.getState(false) == ConnectivityState.CONNECTING) {
            mute = true;
        }
    }

    /// The peer took the connection and then said nothing. grpc-java has no limit for that.
    private void startAnew(ManagedChannel watched) {
        if (!closed && watched.getState(false) == ConnectivityState.CONNECTING) {
            watched.enterIdle();
        }
    }
}
