package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quaestor.wire.yamux.YamuxHandler;
import java.util.Optional;

/// Announces `backchannel` on a fresh connection and goes on at once: no reply is defined (TR 1.2).
final class DiallingHandler extends ChannelInboundHandlerAdapter {

    private final ChannelHandler grpc;
    private final WireLimits limits;
    private final Attributes attached;
    private final Optional<BackchannelServer> backchannel;

    DiallingHandler(ChannelHandler grpc, WireLimits limits, Attributes attached, Optional<BackchannelServer> backchannel) {
        this.grpc = grpc;
        this.limits = limits;
        this.attached = attached;
        this.backchannel = backchannel;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        ByteBuf magic = ctx.alloc().buffer(Magic.BACKCHANNEL.length());
        Magic.BACKCHANNEL.writeTo(magic);
        ctx.write(magic);
        YamuxHandler yamux = new YamuxHandler(true, limits.yamux());
        ctx.pipeline().addBefore(ctx.name(), null, yamux);
        WireSession session = new WireSession(yamux.session(), attached, limits);
        yamux.session().listen(new IncomingStreams(session, limits, backchannel));
        ctx.pipeline().replace(ctx.name(), null, grpc);
        ctx.fireUserEventTriggered(Negotiator.withSession(negotiation, session));
    }
}
