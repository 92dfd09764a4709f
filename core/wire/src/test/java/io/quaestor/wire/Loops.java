package io.quaestor.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/// Event loops for one test, and builders on them for TCP and Unix sockets.
final class Loops implements AutoCloseable {

    static final Attributes.Key<String> NODE = Attributes.Key.create("node");

    final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());

    NettyChannelBuilder channel(SocketAddress address, ChannelCredentials credentials) {
        Class<? extends Channel> type =
                address instanceof DomainSocketAddress ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
        return NettyChannelBuilder.forAddress(address, credentials)
                .eventLoopGroup(group)
                .channelType(type, address.getClass())
                .maxInboundMessageSize(16 << 20)
                .overrideAuthority("node");
    }

    NettyServerBuilder server(SocketAddress address, ServerCredentials credentials) {
        Class<? extends ServerChannel> type = address instanceof DomainSocketAddress
                ? EpollServerDomainSocketChannel.class
                : EpollServerSocketChannel.class;
        return NettyServerBuilder.forAddress(address, credentials)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(type)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    static void close(ManagedChannel channel) throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    static Attributes node(String name) {
        return Attributes.newBuilder().set(NODE, name).build();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
