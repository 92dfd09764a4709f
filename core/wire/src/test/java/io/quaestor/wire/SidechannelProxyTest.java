package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Broken;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Completed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client, a proxy and a node of ours: what passes, what holds back, and what breaks (TR 2.5, 2.7, 8.3).
@Timeout(60)
class SidechannelProxyTest {

    private static final int WINDOW = 262_144;

    /// What the client's window admits: all but a piece that fits in part, which counts only when all of it was sent.
    private static final int ADMITTED = WINDOW - 64 * 1024;

    private static final WireLimits LIMITS = WireLimits.standard()
            .withYamux(WireLimits.standard().yamux().withWindows(1 << 20, WINDOW));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Loops loops = new Loops();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SidechannelCounts counts = new SidechannelCounts();
    private final CompletableFuture<Exception> writerFreed = new CompletableFuture<>();
    private final Gauge written = new Gauge();
    private final CompletableFuture<WireSession> atNode = new CompletableFuture<>();
    private Server node;
    private Server proxy;
    private ManagedChannel upstream;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        node = server(LIMITS).fallbackHandlerRegistry(Raw.blocking(this::node)).executor(threads).build().start();
        upstream = loops.channel(address(node), WireCredentials.dialling(LIMITS, Loops.node("gitaly-1")))
                .directExecutor()
                .build();
        proxy = server(LIMITS)
                .fallbackHandlerRegistry(Raw.registry(new PassThrough(upstream, counts)))
                .directExecutor()
                .build()
                .start();
        gateway = new Gateway(loops.channel(address(proxy), WireCredentials.dialling(LIMITS, Attributes.EMPTY)).build());
    }

    @AfterEach
    void stop() {
        gateway.close();
        proxy.shutdownNow();
        upstream.shutdownNow();
        node.shutdownNow();
        threads.close();
        loops.close();
    }

    private io.grpc.netty.NettyServerBuilder server(WireLimits limits) {
        return loops.server(new InetSocketAddress("127.0.0.1", 0), WireCredentials.accepting(limits, Attributes.EMPTY));
    }

    private static InetSocketAddress address(Server server) {
        return new InetSocketAddress("127.0.0.1", server.getPort());
    }

    private byte[] node(ServerCall<byte[], byte[]> call, Metadata headers, byte[] request) throws Exception {
        WireSession session = WireSession.of(call.getAttributes()).orElseThrow();
        return switch (call.getMethodDescriptor().getBareMethodName()) {
            case "Flood" -> { // writes until it is stopped
                long id = Long.parseLong(headers.get(Raw.SIDECHANNEL_ID));
                try (SidechannelConnection side = session.sidechannels().connect(id, PATIENCE)) {
                    atNode.complete(session);
                    while (true) {
                        side.output().write(new byte[10_000]);
                        written.add(10_000);
                    }
                } catch (IOException e) {
                    writerFreed.complete(e);
                    throw Status.CANCELLED.asRuntimeException();
                }
            }
            case "Break" -> { // breaks off after some bytes
                long id = Long.parseLong(headers.get(Raw.SIDECHANNEL_ID));
                SidechannelConnection side = session.sidechannels().connect(id, PATIENCE);
                side.output().write(request);
                side.output().flush();
                side.abort();
                throw Status.INTERNAL.withDescription("broke").asRuntimeException();
            }
            case "Early" -> { // answers without reading
                long id = Long.parseLong(headers.get(Raw.SIDECHANNEL_ID));
                try (SidechannelConnection side = session.sidechannels().connect(id, PATIENCE)) {
                    side.output().write(request);
                }
                yield request;
            }
            default -> StorageNode.answer(call, headers, request);
        };
    }

    private SidechannelOutcome outcome() throws InterruptedException {
        SidechannelOutcome outcome = counts.outcomes.poll(10, TimeUnit.SECONDS);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    private Status.Code codeOf(Future<?> call) {
        try {
            call.get(20, TimeUnit.SECONDS);
            return Status.Code.OK;
        } catch (Exception e) {
            return Status.fromThrowable(e).getCode();
        }
    }

    private Future<byte[]> call(SidechannelCall call, String method, String request) {
        return ClientCalls.futureUnaryCall(
                gateway.channel().newCall(Raw.method("interop.Node/" + method), call.with(CallOptions.DEFAULT)),
                request.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesPassBothWaysAndTheAnswerFollows() throws Exception {
        assertThat(gateway.reverse("x".repeat(1_000_000))).isEqualTo("reply:1000000");

        int packets = 1_000_000 / 65_516 + 1;
        assertThat(outcome()).isEqualTo(new Completed(1_000_000 + 4 * packets + 4, "reply:1000000".length()));
        assertThat(counts.active()).isZero();
    }

    @Test
    void aClientThatDoesNotReadHoldsBackItsNodeAndNobodyElse() throws Exception {
        SidechannelCall slow = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(slow, "Bulk", Integer.toString(8 << 20));
        SidechannelConnection side = slow.await(PATIENCE).orElseThrow();
        counts.toClient.await(ADMITTED);
        assertThat(counts.toClient.get()).isLessThanOrEqualTo(WINDOW);

        assertThat(gateway.reverse("meanwhile")).isEqualTo("reply:9");
        assertThat(answer.isDone()).isFalse();

        side.output().close();
        assertThat(Gateway.readPattern(side.input())).isEqualTo(8 << 20);
        side.close();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isNotEmpty();
    }

    @Test
    void anUnreadFloodStopsWithinTheWindows() throws Exception {
        SidechannelCall slow = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(slow, "Flood", "");
        SidechannelConnection side = slow.await(PATIENCE).orElseThrow();
        counts.toClient.await(ADMITTED);

        // two windows and what a blocking writer may have in its queue
        written.await(2 * WINDOW);
        assertThat(gateway.bulk(8 << 20)).isEqualTo(8 << 20); // time enough for the flood to go on, if it could
        assertThat(written.get()).isLessThanOrEqualTo(2 * WINDOW + WINDOW + 64 * 1024);

        side.close();
        writerFreed.get(5, TimeUnit.SECONDS);
        assertThat(codeOf(answer)).isNotEqualTo(Status.Code.OK);
    }

    @Test
    void aCancelledCallFreesTheNodesWriterAtOnce() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(call, "Flood", "");
        SidechannelConnection side = call.await(PATIENCE).orElseThrow();

        answer.cancel(true);

        assertThat(writerFreed.get(5, TimeUnit.SECONDS)).hasMessageContaining("reset by peer");
        assertThat(outcome()).isEqualTo(new Broken("cancelled"));
        assertThatThrownBy(() -> side.input().readAllBytes()).hasMessageContaining("reset by peer");
    }

    @Test
    void aClientThatBreaksOffFreesTheNodesWriterAtOnce() throws Exception {
        gateway.beside("Early", "warm up", side -> {
            side.output().close();
            return side.input().readAllBytes();
        });
        outcome();
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(call, "Flood", "");

        call.await(PATIENCE).orElseThrow().close();

        assertThat(writerFreed.get(5, TimeUnit.SECONDS)).hasMessageContaining("reset by peer");
        assertThat(outcome()).isEqualTo(new Broken("client: reset by peer"));
        assertThat(codeOf(answer)).isEqualTo(Status.Code.CANCELLED); // the node's own answer
    }

    @RepeatedTest(20)
    void whatCameBeforeANodeBrokeReachesTheClient() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(call, "Break", "the first half");
        SidechannelConnection side = call.await(PATIENCE).orElseThrow();

        assertThat(new String(side.input().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("the first half");
        assertThat(codeOf(answer)).isEqualTo(Status.Code.INTERNAL);
        assertThat(outcome()).isEqualTo(new Broken("node: reset by peer"));
        side.close();
    }

    @Test
    void aLostNodeEndsTheAnswerAndTheStatusTells() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(call, "Flood", "");
        SidechannelConnection side = call.await(PATIENCE).orElseThrow();
        Future<Long> read = threads.submit(() -> side.input().transferTo(java.io.OutputStream.nullOutputStream()));

        atNode.get(5, TimeUnit.SECONDS).close();

        read.get(10, TimeUnit.SECONDS);
        assertThat(codeOf(answer)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(outcome()).isEqualTo(new Broken("node: connection lost"));
        side.close();
    }

    @Test
    void aLostClientFreesTheNodesWriter() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        call(call, "Flood", "");
        call.await(PATIENCE).orElseThrow();

        gateway.channel().shutdownNow();

        assertThat(writerFreed.get(5, TimeUnit.SECONDS)).hasMessageContaining("reset by peer");
        assertThat(outcome()).isInstanceOf(Broken.class);
    }

    @Test
    void aClientThatStillWritesAfterTheEndIsNotStalled() throws Exception {
        String answer = "x".repeat(400_000); // more than the client's window: the end waits in the proxy
        Gateway.Result<byte[]> result = gateway.beside("Early", answer, side -> {
            for (int i = 0; i < 200; i++) {
                side.output().write(new byte[40_000]); // 8 MB, that nobody reads
            }
            side.output().close();
            return side.input().readAllBytes();
        });

        assertThat(result.used()).asString(StandardCharsets.UTF_8).isEqualTo(answer);
        assertThat(result.reply()).asString(StandardCharsets.UTF_8).isEqualTo(answer);
        assertThat(outcome()).isInstanceOf(Completed.class);
    }

    @Test
    void aFailureComesAfterItsBytes() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> answer = call(call, "Fail", "ERR not found");
        try (SidechannelConnection side = call.await(PATIENCE).orElseThrow()) {
            assertThat(codeOf(answer)).isEqualTo(Status.Code.FAILED_PRECONDITION); // held until the bytes were sent
            assertThat(side.input().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("ERR not found");
        }
    }

    @Test
    void aNodeThatOpensNoneAnswersAsEver() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);

        Future<byte[]> answer = call(call, "Echo", "hello");

        assertThat(answer.get(10, TimeUnit.SECONDS)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThat(call.await(PATIENCE)).isEmpty();
        assertThat(counts.openedInAll()).isZero();
    }

    @Test
    void anIdThatTheClientDoesNotKnowFailsTheCall() {
        Metadata headers = new Metadata();
        headers.put(Raw.SIDECHANNEL_ID, "4711");

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        io.grpc.ClientInterceptors.intercept(
                                gateway.channel(), MetadataUtils.newAttachHeadersInterceptor(headers)),
                        Raw.method("interop.Node/Reverse"),
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        new byte[0]))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN)); // the node's own words
        assertThat(counts.openedInAll()).isZero();
    }

    @Test
    void aClientOnAPlainConnectionCannotHaveOne() {
        ManagedChannel plain = loops.channel(address(proxy), InsecureChannelCredentials.create()).build();
        Metadata headers = new Metadata();
        headers.put(Raw.SIDECHANNEL_ID, "0");

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        io.grpc.ClientInterceptors.intercept(plain, MetadataUtils.newAttachHeadersInterceptor(headers)),
                        Raw.method("interop.Node/Reverse"),
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        new byte[0]))
                .isInstanceOf(StatusRuntimeException.class);
        plain.shutdownNow();
    }
}
