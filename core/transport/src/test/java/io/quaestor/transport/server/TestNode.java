package io.quaestor.transport.server;

import io.grpc.Attributes;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.client.Node;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A storage node that does what a test says, on a real socket.
final class TestNode implements AutoCloseable {

    /// What a node does with one call.
    interface Script {

        ServerCall.Listener<byte[]> start(ServerCall<byte[], byte[]> call, Metadata headers);
    }

    final NodeId id;
    final BlockingQueue<Received> calls = new LinkedBlockingQueue<>();
    volatile Script script = TestNode::echo;
    private final Server server;

    TestNode(String storage) throws IOException {
        this(storage, 0);
    }

    TestNode(String storage, int port) throws IOException {
        id = NodeId.of("default", storage);
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port),
                        WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMetadataSize(1 << 20)
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                        var method = MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
                                .setType(MethodDescriptor.MethodType.UNKNOWN)
                                .setFullMethodName(name)
                                .build();
                        return ServerMethodDefinition.create(method, (call, headers) -> serve(call, headers));
                    }
                })
                .build()
                .start();
    }

    private ServerCall.Listener<byte[]> serve(ServerCall<byte[], byte[]> call, Metadata headers) {
        var received = new Received(call, headers);
        calls.add(received);
        var scripted = script.start(call, headers);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                received.messages.add(message);
                scripted.onMessage(message);
            }

            @Override
            public void onHalfClose() {
                received.halfClosed.countDown();
                scripted.onHalfClose();
            }

            @Override
            public void onCancel() {
                received.cancelled.countDown();
                scripted.onCancel();
            }

            @Override
            public void onReady() {
                scripted.onReady();
            }
        };
    }

    int port() {
        return server.getPort();
    }

    Node node() {
        return new Node(id, "tcp://127.0.0.1:" + port(), Secret.of("node-token"));
    }

    Received call() throws InterruptedException {
        var call = calls.poll(10, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call came to " + id);
        }
        return call;
    }

    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /// A port of this machine at which nobody listens.
    static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Answers every message with itself, and ends when the client does.
    static ServerCall.Listener<byte[]> echo(ServerCall<byte[], byte[]> call, Metadata headers) {
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.sendMessage(message);
                call.request(1);
            }

            @Override
            public void onHalfClose() {
                call.close(Status.OK, new Metadata());
            }
        };
    }

    /// Reads everything, and answers once with how many messages there were.
    static Script count() {
        return (call, headers) -> {
            call.request(1);
            return new ServerCall.Listener<>() {
                private int count;

                @Override
                public void onMessage(byte[] message) {
                    count++;
                    call.request(1);
                }

                @Override
                public void onHalfClose() {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(Integer.toString(count).getBytes());
                    call.close(Status.OK, new Metadata());
                }
            };
        };
    }

    /// Ends at once, without reading.
    static Script end(Status status, Metadata trailers) {
        return (call, headers) -> {
            call.close(status, trailers);
            return new ServerCall.Listener<>() {};
        };
    }

    /// Never reads and never answers.
    static Script hang() {
        return (call, headers) -> new ServerCall.Listener<>() {};
    }

    /// Sends messages of that size as long as there is room, until there were so many; then ends.
    static Script stream(byte[] message, int total, AtomicLong sent) {
        return (call, headers) -> {
            call.sendHeaders(new Metadata());
            call.request(1);
            return new ServerCall.Listener<>() {
                private boolean closed;

                @Override
                public void onReady() {
                    while (call.isReady() && sent.get() < total) {
                        call.sendMessage(message);
                        sent.incrementAndGet();
                    }
                    if (sent.get() == total && !closed) {
                        closed = true;
                        call.close(Status.OK, new Metadata());
                    }
                }
            };
        };
    }

    /// Reads everything, and says nothing. The test ends the call.
    static Script read() {
        return (call, headers) -> {
            call.request(Integer.MAX_VALUE);
            return new ServerCall.Listener<>() {};
        };
    }

    /// What came to a node.
    static final class Received {

        final ServerCall<byte[], byte[]> call;
        final Metadata headers;
        final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        final CountDownLatch halfClosed = new CountDownLatch(1);
        final CountDownLatch cancelled = new CountDownLatch(1);

        Received(ServerCall<byte[], byte[]> call, Metadata headers) {
            this.call = call;
            this.headers = headers;
        }

        String header(String name) {
            return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }

        byte[] message() throws InterruptedException {
            var message = messages.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message came");
            }
            return message;
        }
    }
}
