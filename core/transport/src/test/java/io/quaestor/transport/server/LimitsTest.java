package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What clients may do to the proxy, and what not.
@Timeout(60)
class LimitsTest {

    private static final int MIB = 1 << 20;

    private TestNode node;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        var setup = new TestProxy.Setup();
        setup.settings = setup.settings.withNegotiation(Duration.ofMillis(500));
        proxy = new TestProxy(setup, node.node());
        proxy.leader.to(node.id);
    }

    @AfterEach
    void stop() {
        proxy.close();
        node.close();
    }

    @Test
    void messageOfFourMebibytesPasses() {
        byte[] message = new byte[4 * MIB - 100];

        assertThat(TestProxy.unary(proxy.channel, message)).hasSameSizeAs(message);
    }

    @Test
    void largerFirstMessageOfAClientIsRefused() throws Exception {
        var status = proxy.open(TestProxy.READ).all().send(new byte[5 * MIB]).halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(proxy.unary("x".getBytes())).asString().isEqualTo("x");
    }

    @Test
    void largerLaterMessageOfAClientIsRefusedAndTheNodeIsCancelled() throws Exception {
        node.script = TestNode.hang();
        var call = proxy.open(TestProxy.UPLOAD).all().send("x");
        var received = node.call();

        call.send(new byte[5 * MIB]);

        assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(received.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).hasSize(1);
    }

    @Test
    void largerMessageOfANodeIsRefused() throws Exception {
        node.script = (call, headers) -> {
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[5 * MIB]);
            call.close(Status.OK, new Metadata());
            return new io.grpc.ServerCall.Listener<>() {};
        };

        var status = proxy.open(TestProxy.READ).all().send("x").halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void headersOf64KibibytesPassBothWays() throws Exception {
        var key = ProxyCallTest.key("gitaly-servers");
        var headers = new Metadata();
        headers.put(key, "s".repeat(64 * 1024));
        node.script = (call, received) -> {
            var answer = new Metadata();
            answer.put(key, received.get(key));
            call.sendHeaders(answer);
            call.close(Status.OK, new Metadata());
            return new io.grpc.ServerCall.Listener<>() {};
        };

        var call = proxy.open(TestProxy.READ, headers, CallOptions.DEFAULT).all().send("x").halfClose();

        assertThat(call.headers.get(10, TimeUnit.SECONDS).get(key)).hasSize(64 * 1024);
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void compressedRequestIsUnimplemented() throws Exception {
        var call = proxy.open(TestProxy.READ, new Metadata(), CallOptions.DEFAULT.withCompression("gzip"));

        var status = call.all().send("x".repeat(1000)).halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(node.calls).isEmpty();
    }

    @Test
    void connectionThatSpeaksNonsenseIsClosedAndHarmsNobody() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("before");
        assertThat(call.message()).isEqualTo("before");
        try (var socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(read(socket)).isLessThan(0);
        }
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frames at all, of course".getBytes(StandardCharsets.US_ASCII));
            while (read(socket) >= 0) {}
        }

        assertThat(call.send("after").message()).isEqualTo("after");
    }

    @Test
    void connectionThatSendsNothingIsClosed() throws Exception {
        try (var socket = connect()) {
            assertThat(read(socket)).isLessThan(0);
        }
    }

    @Test
    void severalListenersServeAndASocketIsReplaced(@TempDir Path directory) throws Exception {
        var path = directory.resolve("proxy.socket");
        for (int round = 0; round < 2; round++) {
            var setup = new TestProxy.Setup();
            setup.settings = ServerSettings.of(List.of(Listener.tcp("127.0.0.1:0"), new Listener.Unix(path)));
            try (var other = new TestProxy(setup, node.node())) {
                other.leader.to(node.id);
                assertThat(other.unary("tcp".getBytes())).asString().isEqualTo("tcp");
                var address = other.loops.unixAddress(path);
                var channel = NettyChannelBuilder.forAddress(address)
                        .usePlaintext()
                        .eventLoopGroup(other.loops.group())
                        .channelType(other.loops.clientChannel(address), address.getClass())
                        .build();
                assertThat(TestProxy.unary(channel, "unix".getBytes())).asString().isEqualTo("unix");
                channel.shutdownNow();
            }
        }
    }

    @Test
    void fileThatIsNoSocketIsNotReplaced(@TempDir Path directory) throws Exception {
        var path = Files.writeString(directory.resolve("proxy.socket"), "precious");
        var setup = new TestProxy.Setup();
        setup.settings = ServerSettings.of(List.of(new Listener.Unix(path)));

        try (var other = new TestProxy(setup, node.node())) {
            throw new AssertionError("listens at " + path + other);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("something that is no socket is there");
        }
        assertThat(path).hasContent("precious");
    }

    @Test
    void portThatIsTakenIsToldInOneLine() {
        var setup = new TestProxy.Setup();
        setup.settings = ServerSettings.of(List.of(Listener.tcp("127.0.0.1:" + proxy.port())));

        try (var other = new TestProxy(setup, node.node())) {
            throw new AssertionError("listens twice" + other);
        } catch (Exception e) {
            assertThat(e).isInstanceOf(IOException.class).hasMessageContaining("cannot listen at ").hasMessageContaining(
                    "in use");
        }
    }

    @Test
    void stoppingLetsRunningCallsEndAndTakesNoNewOnes() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all().send("before");
        assertThat(call.message()).isEqualTo("before");

        var stopped = CompletableFuture.supplyAsync(() -> stop(Duration.ofSeconds(20)));
        while (proxy.isListening()) {
            Thread.onSpinWait();
        }
        assertThat(call.send("after").message()).isEqualTo("after");
        assertThat(stopped).isNotDone();
        call.halfClose();

        assertThat(call.status().isOk()).isTrue();
        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWatchesTheHealthIsToldOfTheStopAndDoesNotHoldItUp() throws Exception {
        var seen = new LinkedBlockingQueue<Object>();
        HealthGrpc.newStub(proxy.channel).watch(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse answer) {
                seen.add(answer.getStatus());
            }

            @Override
            public void onError(Throwable e) {
                seen.add(Status.fromThrowable(e).getCode());
            }

            @Override
            public void onCompleted() {
                seen.add("completed");
            }
        });
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

        assertThat(stop(Duration.ofSeconds(20))).isTrue();

        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void stoppingCutsOffCallsAfterALimit() throws Exception {
        node.script = TestNode.hang();
        var call = proxy.open(TestProxy.READ).all().send("x").halfClose();
        var received = node.call();

        assertThat(stop(Duration.ofMillis(100))).isFalse();

        assertThat(call.status().isOk()).isFalse();
        assertThat(received.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).hasSize(1);
    }

    private boolean stop(Duration limit) {
        try {
            return proxy.server.stop(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /// @return negative at the end of the connection, however it ends
    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("connection is still open", e);
        } catch (IOException _) {
            return -1;
        }
    }
}
