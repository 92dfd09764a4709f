package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.netty.channel.EventLoop;
import io.quaestor.wire.sidechannel.Sidechannels;
import io.quaestor.wire.yamux.YamuxSession;
import java.net.SocketAddress;
import java.util.Optional;

/// A connection that carries many streams, as seen by who makes or serves calls on it.
///
/// Where to find it: call handlers look into `ServerCall.getAttributes()`; who makes calls gets it in
/// `ClientStreamTracer.streamCreated`, the moment at which a connection has been chosen and headers can still be changed. A call on
/// the back channel has the session of the connection that carries it. Calls on plain HTTP/2 connections have none.
///
/// **Threads:** any, unless a method says otherwise.
public final class WireSession {

    @Grpc.TransportAttr
    static final Attributes.Key<WireSession> KEY = Attributes.Key.create("io.quaestor.wire.session");

    private final YamuxSession yamux;
    private final Attributes attached;
    private final Sidechannels sidechannels;
    private final BackchannelClient backchannel;

    WireSession(YamuxSession yamux, Attributes attached, WireLimits limits) {
        this.yamux = yamux;
        this.attached = attached;
        this.sidechannels = new Sidechannels(yamux, limits.sidechannelOpen());
        this.backchannel = new BackchannelClient(yamux);
    }

    /// The session of the connection on which a call travels.
    ///
    /// @param transportAttributes of the call
    /// @return empty on a plain HTTP/2 connection
    public static Optional<WireSession> of(Attributes transportAttributes) {
        return Optional.ofNullable(transportAttributes.get(KEY));
    }

    /// What was given to the credentials that made the connection, for example which node is at the other end.
    public Attributes attached() {
        return attached;
    }

    /// Whether this side made the connection.
    public boolean isDialled() {
        return yamux.isDialled();
    }

    public EventLoop eventLoop() {
        return yamux.eventLoop();
    }

    public SocketAddress remoteAddress() {
        return yamux.channel().remoteAddress();
    }

    public Sidechannels sidechannels() {
        return sidechannels;
    }

    /// Calls the one who made this connection, on it. The stream is opened with the first call.
    ///
    /// Calls fail with `UNAVAILABLE` when the connection is gone. The channel ends with the connection; nobody needs to close it.
    ///
    /// @throws IllegalStateException on a connection that this side made: only the side that was dialled opens streams (TR 1.3)
    public Channel backchannel() {
        if (isDialled()) {
            throw new IllegalStateException("the back channel belongs to the side that was dialled");
        }
        return backchannel.channel();
    }

    /// Runs `action` on the event loop when the connection is gone, at once if it already is.
    public void onClosed(Runnable action) {
        yamux.channel().closeFuture().addListener(closed -> action.run());
    }

    /// Closes the connection with everything on it.
    public void close() {
        yamux.close();
    }

    @Override
    public String toString() {
        return yamux.toString();
    }

    YamuxSession yamux() {
        return yamux;
    }

    void closed() {
        backchannel.close();
    }
}
