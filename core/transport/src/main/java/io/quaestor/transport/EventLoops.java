package io.quaestor.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The threads that carry all bytes: connections of clients and of nodes share them, so that a call never changes threads.
///
/// Uses epoll where there is one, and NIO elsewhere.
public final class EventLoops implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final List<EventLoop> loops;
    private final boolean epoll;

    private EventLoops(EventLoopGroup group, List<EventLoop> loops, boolean epoll) {
        this.group = group;
        this.loops = loops;
        this.epoll = epoll;
    }

    /// Starts event loops.
    ///
    /// @param count how many; as many as there are cores is a good number (TR 7.5)
    public static EventLoops start(int count) {
        return start(count, Epoll.isAvailable());
    }

    static EventLoops start(int count, boolean epoll) {
        var group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("loop", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        var loops = new ArrayList<EventLoop>(count);
        group.forEach(executor -> loops.add((EventLoop) executor));
        return new EventLoops(group, List.copyOf(loops), epoll);
    }

    public EventLoopGroup group() {
        return group;
    }

    public int count() {
        return loops.size();
    }

    /// One of the loops.
    ///
    /// @param index from 0
    public EventLoop get(int index) {
        return loops.get(index);
    }

    /// The number of the loop that runs the caller.
    ///
    /// @throws IllegalStateException if no loop does
    public int current() {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).inEventLoop()) {
                return i;
            }
        }
        throw new IllegalStateException("not on an event loop: " + Thread.currentThread().getName());
    }

    public boolean isEpoll() {
        return epoll;
    }

    /// The address of a Unix socket, in the form that [#clientChannel] and [#serverChannel] take.
    public SocketAddress unixAddress(Path path) {
        return epoll ? new DomainSocketAddress(path.toString()) : UnixDomainSocketAddress.of(path);
    }

    /// What connects to an address.
    public Class<? extends Channel> clientChannel(SocketAddress address) {
        if (address instanceof InetSocketAddress) {
            return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        }
        return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    }

    /// What listens at an address.
    public Class<? extends ServerChannel> serverChannel(SocketAddress address) {
        if (address instanceof InetSocketAddress) {
            return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        }
        return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    /// Ends the threads. Everything that uses them has been closed before. Blocks for 5 s at most.
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT.toMillis());
    }
}
