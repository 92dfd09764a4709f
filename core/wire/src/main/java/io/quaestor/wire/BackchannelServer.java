package io.quaestor.wire;

import io.grpc.Server;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.util.AttributeKey;
import io.quaestor.wire.channel.SessionLoops;
import io.quaestor.wire.channel.StreamServerChannel;
import io.quaestor.wire.yamux.YamuxStream;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The gRPC server that answers calls which come back on connections that we made: votes (TR 1.6).
///
/// One server serves all connections. A call runs on the event loop of the connection that carries it; its
/// [WireSession] says which one that is.
public final class BackchannelServer {

    private static final AttributeKey<WireSession> SESSION = AttributeKey.valueOf("io.quaestor.wire.session");

    private final Server server;
    private final StreamServerChannel streams;

    private BackchannelServer(Server server, StreamServerChannel streams) {
        this.server = server;
        this.streams = streams;
    }

    /// Starts a server.
    ///
    /// @param loops     for what belongs to no connection; not stopped with the server
    /// @param configure adds services and interceptors. Call handlers run on the event loop (`directExecutor`) unless it names an
    ///                  executor. There is no limit on concurrent calls: each is a vote that waits (TR 1.7)
    /// @throws IOException if the server cannot start
    public static BackchannelServer start(EventLoopGroup loops, Consumer<NettyServerBuilder> configure) throws IOException {
        StreamServerChannel streams = new StreamServerChannel();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new LocalAddress("backchannel"), InternalNettyServerCredentials.create(new Negotiator(Attach::new)))
                .channelFactory(() -> streams)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(new SessionLoops(loops))
                .directExecutor()
                .permitKeepAliveTime(10, TimeUnit.SECONDS) // a Go peer pings more often than grpc-java likes (TR 4.7)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMetadataSize(16 << 20); // as Go accepts (TR 4.7)
        configure.accept(builder);
        return new BackchannelServer(builder.build().start(), streams);
    }

    /// The server, to stop it.
    public Server server() {
        return server;
    }

    void accept(YamuxStream stream, WireSession session) {
        streams.accept(stream, channel -> channel.attr(SESSION).set(session));
    }

    /// Tells call handlers the session.
    private static final class Attach extends ChannelInboundHandlerAdapter {

        private final ChannelHandler next;

        Attach(ChannelHandler next) {
            this.next = next;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ProtocolNegotiationEvent negotiation) {
                WireSession session = Objects.requireNonNull(ctx.channel().attr(SESSION).get());
                ctx.pipeline().replace(ctx.name(), null, next);
                ctx.fireUserEventTriggered(Negotiator.withSession(negotiation, session));
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }
    }
}
