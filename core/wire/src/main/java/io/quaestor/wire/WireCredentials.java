package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.InternalNettyChannelCredentials;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiator;
import java.util.Optional;

/// Makes grpc-java's channels and servers speak `backchannel`, over TCP and Unix sockets alike.
///
/// They are handed to `NettyChannelBuilder.forAddress(address, credentials)` and
/// `NettyServerBuilder.forAddress(address, credentials)`. Neither encrypts.
public final class WireCredentials {

    private static final int NO_DEFAULT_PORT = 80; // as grpc-java's plaintext credentials; addresses name their port

    private WireCredentials() {}

    /// For channels to storage nodes that answer calls on the back channel.
    ///
    /// @param attached    what [WireSession#attached] says of every connection made with these credentials
    /// @param backchannel answers the calls that come back
    public static ChannelCredentials dialling(WireLimits limits, Attributes attached, BackchannelServer backchannel) {
        return dialling(limits, attached, Optional.of(backchannel));
    }

    /// For channels that want sidechannels and answer no calls: what Workhorse and GitLab Shell do.
    ///
    /// @param attached what [WireSession#attached] says of every connection made with these credentials
    public static ChannelCredentials dialling(WireLimits limits, Attributes attached) {
        return dialling(limits, attached, Optional.empty());
    }

    /// For servers: takes plain HTTP/2 and `backchannel` on one port.
    ///
    /// @param attached what [WireSession#attached] says of every multiplexed connection to the server
    public static ServerCredentials accepting(WireLimits limits, Attributes attached) {
        return InternalNettyServerCredentials.create(
                new Negotiator(grpc -> new AcceptingHandler(grpc, limits, attached)));
    }

    private static ChannelCredentials dialling(
            WireLimits limits, Attributes attached, Optional<BackchannelServer> backchannel) {
        return InternalNettyChannelCredentials.create(new InternalProtocolNegotiator.ClientFactory() {
            @Override
            public InternalProtocolNegotiator.ProtocolNegotiator newNegotiator() {
                return new Negotiator(grpc -> new DiallingHandler(grpc, limits, attached, backchannel));
            }

            @Override
            public int getDefaultPort() {
                return NO_DEFAULT_PORT;
            }
        });
    }
}
