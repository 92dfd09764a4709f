package io.quaestor.transport.server;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.quaestor.coordinator.Authentication;
import io.quaestor.coordinator.Leader;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.spi.reading.ReadFeedback;
import io.quaestor.testkit.fake.RealClock;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.client.Node;
import io.quaestor.transport.client.NodeChannels;
import io.quaestor.transport.client.NodeSettings;
import io.quaestor.transport.client.Backchannel;
import io.quaestor.wire.sidechannel.SidechannelObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A proxy on a real socket, with a leader that a test tells what to do.
final class TestProxy implements AutoCloseable {

    static final String READ = "gitaly.CommitService/FindCommit";
    static final String UPLOAD = "gitaly.SmartHTTPService/PostReceivePack";

    final FakeLeader leader = new FakeLeader();
    final BlockingQueue<NodeId> lost = new LinkedBlockingQueue<>();
    final BlockingQueue<String> metered = new LinkedBlockingQueue<>();
    final AtomicInteger running = new AtomicInteger();
    final EventLoops loops;
    final Backchannel votes;
    final NodeChannels nodes;
    final ProxyServer server;
    final ManagedChannel channel;

    TestProxy(Node... nodes) throws Exception {
        this(new Setup(), nodes);
    }

    TestProxy(Setup setup, Node... nodes) throws Exception {
        loops = EventLoops.start(setup.loops);
        votes = Backchannel.start(loops, setup.nodeServices);
        this.nodes = new NodeChannels(
                List.of(nodes),
                loops,
                setup.nodeSettings,
                votes,
                setup.clock,
                Thread.ofVirtual().factory(),
                lost::add);
        var parts = new ProxyParts(
                loops,
                setup.leader == null ? leader : setup.leader,
                new Authentication(setup.token, true, setup.clock),
                this.nodes,
                new Feedback(),
                new Meters(),
                SidechannelObserver.NONE,
                setup.limits,
                setup.clock,
                7);
        server = new ProxyServer(setup.settings, parts, setup.services);
        server.start();
        channel = server.ports().isEmpty() ? null : connect();
    }

    /// What differs from test to test.
    static final class Setup {
        int loops = 1;
        Leader leader; // null for one that a test tells what to do
        Clock clock = new RealClock();
        Secret token = Secret.of("");
        NodeSettings nodeSettings = NodeSettings.DEFAULT;
        FanOutLimits limits = FanOutLimits.DEFAULT;
        ServerSettings settings =
                ServerSettings.of(List.of(new Listener.Tcp(new InetSocketAddress("127.0.0.1", 0))));
        List<BindableService> services = List.of();
        List<BindableService> nodeServices = List.of();
    }

    int port() {
        return server.ports().getFirst();
    }

    /// Whether new connections are taken.
    boolean isListening() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    ManagedChannel connect() {
        return NettyChannelBuilder.forAddress("127.0.0.1", port())
                .usePlaintext()
                .maxInboundMetadataSize(1 << 20)
                .build();
    }

    byte[] unary(byte[] message) {
        return unary(channel, message);
    }

    static byte[] unary(Channel channel, byte[] message) {
        return unary(channel, READ, message);
    }

    static byte[] unary(Channel channel, String method, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel,
                Bytes.method(method, MethodType.UNARY),
                CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                message);
    }

    /// A call that a test drives by hand.
    TestCall open(String method) {
        return open(method, new Metadata(), CallOptions.DEFAULT);
    }

    TestCall open(String method, Metadata headers, CallOptions options) {
        ClientCall<byte[], byte[]> call = channel.newCall(Bytes.method(method, MethodType.BIDI_STREAMING), options);
        return new TestCall(call, headers);
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
        try {
            server.stop(Duration.ZERO);
            nodes.abort();
            votes.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        loops.close();
    }

    private final class Feedback implements ReadFeedback {

        @Override
        public void started(NodeId node) {
            running.incrementAndGet();
        }

        @Override
        public void ended(NodeId node, long nanos, boolean failed) {
            running.decrementAndGet();
        }
    }

    private final class Meters implements CallMeters {

        @Override
        public void started(String method) {}

        @Override
        public void ended(String method, StatusCode code, long nanos) {
            metered.add(method + " " + code);
        }
    }
}
