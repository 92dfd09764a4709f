package io.quaestor.sandbox.rpc;

import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// How the programs of the sandbox connect and are connected to: loopback TCP, multiplexed, with sidechannels.
public final class Wire implements PeerDialer, AutoCloseable {

    /// Metadata such as `gitaly-servers` makes headers large (TR 4.7).
    private static final int METADATA_LIMIT = 1 << 20;

    private final InstantSource clock;
    private final ExecutorService executor;

    private Wire(InstantSource clock, ExecutorService executor) {
        this.clock = clock;
        this.executor = executor;
    }

    /// @param clock   for the time in tokens
    /// @param threads makes virtual threads
    public static Wire create(InstantSource clock, ThreadFactory threads) {
        return new Wire(clock, Executors.newThreadPerTaskExecutor(threads));
    }

    /// A server that takes plain HTTP/2 and multiplexed connections.
    ///
    /// @param port on the loopback address; 0 for any free one
    public NettyServerBuilder serverBuilder(int port) {
        return NettyServerBuilder.forAddress(
                        Loopback.port(port),
                        WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .executor(executor)
                .maxInboundMetadataSize(METADATA_LIMIT)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    /// Lets handlers reach the connection of their call; to be added to their service.
    public static ServerInterceptor connectionInterceptor() {
        return new ConnectionAccess();
    }

    /// Opens the sidechannel of the call that the present thread handles.
    public static SidechannelOpener sidechannels() {
        return ConnectionAccess::openSidechannel;
    }

    /// Calls back who made the call that the present thread handles, on the connection on which the call came.
    ///
    /// @return empty if the call came by plain HTTP/2
    public static Optional<Channel> backchannel() {
        return ConnectionAccess.backchannel();
    }

    @Override
    public Peer dial(String address, BearerToken token) throws IOException {
        var server = parse(address);
        var connection = NettyChannelBuilder.forAddress(
                        server.getHost(),
                        server.getPort(),
                        WireCredentials.dialling(WireLimits.standard(), Attributes.EMPTY))
                .executor(executor)
                .proxyDetector(_ -> null) // nodes and proxies are reached directly (TR 5.1)
                .maxInboundMetadataSize(METADATA_LIMIT)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .disableRetry()
                .disableServiceConfigLookUp()
                .build();
        return new WirePeer(connection, new BearerCredentials(token, clock));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static URI parse(String address) throws IOException {
        try {
            var uri = URI.create(address);
            if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("address not understood: " + address, e);
        }
        throw new IOException("address is not tcp://host:port: " + address);
    }
}
