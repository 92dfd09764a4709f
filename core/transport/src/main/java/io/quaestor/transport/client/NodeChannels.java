package io.quaestor.transport.client;

import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.Messages;
import io.quaestor.wire.BackchannelServer;
import io.quaestor.wire.WireCredentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The ways to all nodes: one connection for each node and event loop, made when it is first needed (TR 7.5).
public final class NodeChannels implements AutoCloseable {

    /// Which node is at the other end of a connection, for who answers votes: in
    /// [attached][io.quaestor.wire.WireSession#attached].
    public static final Attributes.Key<NodeId> NODE = Attributes.Key.create("io.quaestor.transport.node");

    /// What Gitaly sends at most in one message, and what it takes (TR 4.7).
    private static final int MAX_MESSAGE = 4 << 20;

    /// What Go's peers accept as headers (TR 4.7).
    private static final int MAX_METADATA = 16 << 20;

    private static final long FOREVER_DAYS = 365; // more than 30 days switches the idle time off

    /// Values that are never the same twice would only push useful ones out of the compression table (TR 7.6).
    private static final List<Metadata.Key<?>> CHANGING = List.of(
            ascii("authorization"), ascii("x-gitlab-correlation-id"), ascii("gitaly-reference-transaction"));

    private final EventLoops loops;
    private final NodeSettings settings;
    private final BackchannelServer votes;
    private final ThreadFactory threads;
    private final Map<NodeId, Node> nodes;
    private final List<Map<NodeId, NodeLink>> links;

    /// Connects to nobody yet.
    ///
    /// @param nodes   as the configuration names them
    /// @param votes   answers what nodes ask on connections that the proxy made to them
    /// @param threads makes virtual threads, for looking up host names
    /// @param lost    hears at once that a connection to a node was lost; on an event loop, must not block
    /// @throws IllegalArgumentException if an address cannot be used, with a text for the operator
    public NodeChannels(
            List<Node> nodes,
            EventLoops loops,
            NodeSettings settings,
            Backchannel votes,
            Clock clock,
            ThreadFactory threads,
            Consumer<NodeId> lost) {
        this.loops = loops;
        this.settings = settings;
        this.votes = votes.server();
        this.threads = threads;
        this.nodes = new HashMap<>();
        this.links = new ArrayList<>();
        nodes.forEach(node -> this.nodes.put(node.id(), node));
        for (int i = 0; i < loops.count(); i++) {
            links.add(new HashMap<>());
        }
        for (var node : nodes) {
            var address = addressOf(node);
            for (int i = 0; i < loops.count(); i++) {
                var loop = loops.get(i);
                var link = new NodeLink(node, loop, () -> connect(node.id(), address, loop), settings, clock, lost);
                links.get(i).put(node.id(), link);
            }
        }
    }

    /// The way from an event loop to a node.
    ///
    /// @param loop the number of the loop; only that loop may use the answer
    /// @return `null` if the configuration does not know the node
    public @Nullable NodeLink link(int loop, NodeId node) {
        return links.get(loop).get(node);
    }

    /// The way to a node for calls that have no event loop of their own: always the same connection.
    ///
    /// @return `null` if the configuration does not know the node
    @Nullable NodeLink homeLink(NodeId node) {
        return link(Math.floorMod(node.hashCode(), loops.count()), node);
    }

    @Nullable Node node(NodeId id) {
        return nodes.get(id);
    }

    /// Lets running calls end and takes no new ones. Returns at once.
    @Override
    public void close() {
        forEach(NodeLink::close);
    }

    /// Ends all connections with everything on them. Blocks for some seconds at most.
    public void abort() throws InterruptedException {
        var done = new CountDownLatch(links.size());
        for (int i = 0; i < links.size(); i++) {
            var ofLoop = links.get(i);
            loops.get(i).execute(() -> {
                ofLoop.values().forEach(NodeLink::abort);
                done.countDown();
            });
        }
        done.await(5, TimeUnit.SECONDS);
    }

    private void forEach(Consumer<NodeLink> action) {
        for (int i = 0; i < links.size(); i++) {
            var ofLoop = links.get(i);
            loops.get(i).execute(() -> ofLoop.values().forEach(action));
        }
    }

    private static NodeAddress addressOf(Node node) {
        try {
            return NodeAddress.parse(node.address());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("node " + node.id() + ": " + e.getMessage(), e);
        }
    }

    private ManagedChannel connect(NodeId node, NodeAddress address, EventLoop loop) {
        var attached = Attributes.newBuilder().set(NODE, node).build();
        var credentials = WireCredentials.dialling(settings.wire(), attached, votes);
        return configured(builder(address, loop, credentials), address, loop).build();
    }

    private NettyChannelBuilder builder(NodeAddress address, EventLoop loop, ChannelCredentials credentials) {
        return switch (address) {
            case NodeAddress.Unix unix ->
                NettyChannelBuilder.forAddress(loops.unixAddress(unix.path()), credentials);
            case NodeAddress.Tcp tcp -> {
                var literal = literal(tcp);
                yield literal != null
                        ? NettyChannelBuilder.forAddress(literal, credentials)
                        : byName(tcp, loop, credentials);
            }
        };
    }

    @SuppressWarnings("deprecation") // there is no other way to give a resolver to one channel only
    private NettyChannelBuilder byName(NodeAddress.Tcp address, EventLoop loop, ChannelCredentials credentials) {
        return NettyChannelBuilder.forTarget(HostNames.SCHEME + ":///" + address.authority(), credentials)
                .nameResolverFactory(new HostNames(address, loop, threads));
    }

    private NettyChannelBuilder configured(NettyChannelBuilder builder, NodeAddress address, EventLoop loop) {
        SocketAddress kind = address instanceof NodeAddress.Unix unix
                ? loops.unixAddress(unix.path())
                : new InetSocketAddress(0);
        builder.eventLoopGroup(loop)
                .channelType(loops.clientChannel(kind), kind.getClass())
                .directExecutor()
                .overrideAuthority(address.authority())
                .proxyDetector(_ -> null)
                .disableRetry() // a call that a node has seen is never sent again unasked
                .disableServiceConfigLookUp()
                .decompressorRegistry(Messages.UNCOMPRESSED)
                .idleTimeout(FOREVER_DAYS, TimeUnit.DAYS)
                .maxInboundMessageSize(MAX_MESSAGE)
                .maxInboundMetadataSize(MAX_METADATA)
                .neverIndexMetadataKeys(CHANGING)
                .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveWithoutCalls(true)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) settings.connectLimit().toMillis());
        if (loops.isEpoll() && address instanceof NodeAddress.Tcp) {
            builder.withOption(
                    EpollChannelOption.TCP_USER_TIMEOUT,
                    (int) settings.keepAliveTimeout().toMillis());
        }
        return builder;
    }

    /// @return `null` if the host has a name that must be looked up
    private static @Nullable InetSocketAddress literal(NodeAddress.Tcp address) {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
