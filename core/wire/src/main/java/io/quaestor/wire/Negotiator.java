package io.quaestor.wire;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.util.AsciiString;
import java.util.function.UnaryOperator;

/// Waits until the connection is active, then lets a handler of this module negotiate, then HTTP/2 begins.
///
/// @param negotiation makes the handler out of the one that begins HTTP/2; it must put that one in its place and pass on the
///                    negotiation event
record Negotiator(UnaryOperator<ChannelHandler> negotiation) implements InternalProtocolNegotiator.ProtocolNegotiator {

    private static final AsciiString SCHEME = AsciiString.of("http");

    /// Puts the session where calls find it.
    static ProtocolNegotiationEvent withSession(ProtocolNegotiationEvent event, WireSession session) {
        return InternalProtocolNegotiationEvent.withAttributes(
                event,
                InternalProtocolNegotiationEvent.getAttributes(event).toBuilder()
                        .set(WireSession.KEY, session)
                        .build());
    }

    @Override
    public AsciiString scheme() {
        return SCHEME;
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return InternalProtocolNegotiators.waitUntilActiveHandler(
                negotiation.apply(InternalProtocolNegotiators.grpcNegotiationHandler(grpc)), grpc.getNegotiationLogger());
    }

    @Override
    public void close() {}
}
