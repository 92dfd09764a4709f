package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// gRPC both ways on one connection, ours against ours (TR 8.1).
class BackchannelTest {

    private final Loops loops = new Loops();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<WireSession> accepted = new ArrayBlockingQueue<>(100);
    private final BlockingQueue<WireSession> voted = new ArrayBlockingQueue<>(1000);
    private final BlockingQueue<Boolean> onLoop = new ArrayBlockingQueue<>(1000);
    private Server server;
    private BackchannelServer votes;

    @BeforeEach
    void start() throws Exception {
        server = loops.server(
                        new InetSocketAddress("127.0.0.1", 0),
                        WireCredentials.accepting(WireLimits.standard(), Loops.node("accepted")))
                .fallbackHandlerRegistry(Raw.blocking((call, headers, request) -> {
                    WireSession.of(call.getAttributes()).ifPresent(accepted::offer);
                    return GoClientTest.answer(call, headers, request);
                }))
                .executor(threads)
                .build()
                .start();
        votes = BackchannelServer.start(loops.group, builder -> builder.fallbackHandlerRegistry(Raw.blocking(
                (call, headers, request) -> {
                    WireSession session = WireSession.of(call.getAttributes()).orElseThrow();
                    voted.add(session);
                    onLoop.add(session.eventLoop().inEventLoop());
                    return (session.attached().get(Loops.NODE) + " " + new String(request, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8);
                })));
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
        votes.server().shutdownNow();
        threads.close();
        loops.close();
    }

    private ManagedChannel dial(String name) {
        return loops.channel(
                        new InetSocketAddress("127.0.0.1", server.getPort()),
                        WireCredentials.dialling(WireLimits.standard(), Loops.node(name), votes))
                .build();
    }

    @Test
    void everyConnectionIsCalledBackOnItself() throws Exception {
        List<ManagedChannel> channels = new ArrayList<>();
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            ManagedChannel channel = dial("client-" + i);
            channels.add(channel);
            answers.add(threads.submit(() -> Raw.call(channel, "CallBack", "yes")));
            answers.add(threads.submit(() -> Raw.call(channel, "CallBack", "no")));
        }

        for (int i = 0; i < 25; i++) {
            assertThat(answers.get(2 * i).get(20, TimeUnit.SECONDS)).isEqualTo("client-" + i + " yes");
            assertThat(answers.get(2 * i + 1).get(20, TimeUnit.SECONDS)).isEqualTo("client-" + i + " no");
        }
        assertThat(voted).hasSize(50).allMatch(WireSession::isDialled);
        assertThat(onLoop).doesNotContain(false); // no hop
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void plainConnectionsAreServedAndHaveNoSession() {
        ManagedChannel plain = loops.channel(
                        new InetSocketAddress("127.0.0.1", server.getPort()), io.grpc.InsecureChannelCredentials.create())
                .build();

        assertThat(Raw.call(plain, "Echo", "plain")).isEqualTo("plain");
        assertThatThrownBy(() -> Raw.call(plain, "CallBack", "yes")).hasMessageContaining("non-multiplexed connection");
        assertThat(accepted).isEmpty();
        plain.shutdownNow();
    }

    @Test
    void largeMessagesPassBothWays() {
        ManagedChannel channel = dial("a");
        String large = "x".repeat(3 << 20);

        assertThat(Raw.call(channel, "CallBack", large)).isEqualTo("a " + large);

        channel.shutdownNow();
    }

    @Test
    void theSessionSaysWhatWasAttached() throws Exception {
        ManagedChannel channel = dial("a");
        Raw.call(channel, "Echo", "");

        WireSession session = accepted.poll(20, TimeUnit.SECONDS);

        assertThat(session.attached().get(Loops.NODE)).isEqualTo("accepted");
        assertThat(session.isDialled()).isFalse();
        assertThat(session.backchannel()).isSameAs(session.backchannel());
        channel.shutdownNow();
    }

    @Test
    void onlyTheSideThatWasDialledCallsBack() throws Exception {
        ManagedChannel channel = dial("a");
        Raw.call(channel, "CallBack", "");

        assertThatThrownBy(voted.poll(20, TimeUnit.SECONDS)::backchannel).isInstanceOf(IllegalStateException.class);
        channel.shutdownNow();
    }

    @Test
    void callsBackFailAsUnavailableWhenTheConnectionIsGone() throws Exception {
        ManagedChannel channel = dial("a");
        Raw.call(channel, "CallBack", "");
        WireSession session = accepted.poll(20, TimeUnit.SECONDS);
        CountDownLatch closed = new CountDownLatch(1);
        session.onClosed(closed::countDown);

        channel.shutdownNow();

        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        session.backchannel(),
                        Raw.method("interop.Votes/Vote"),
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        new byte[0]))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void aVoteUnderWayEndsWithItsConnection() throws Exception {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CountDownLatch arrived = new CountDownLatch(1);
        BackchannelServer waiting = BackchannelServer.start(
                loops.group, builder -> builder.fallbackHandlerRegistry(Raw.registry((call, headers) -> {
                    arrived.countDown();
                    return new io.grpc.ServerCall.Listener<>() {
                        @Override
                        public void onCancel() {
                            cancelled.complete(null);
                        }
                    };
                })));
        ManagedChannel channel = loops.channel(
                        new InetSocketAddress("127.0.0.1", server.getPort()),
                        WireCredentials.dialling(WireLimits.standard(), Attributes.EMPTY, waiting))
                .build();
        Future<String> call = threads.submit(() -> Raw.call(channel, "CallBack", ""));
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        accepted.poll(20, TimeUnit.SECONDS).close();

        cancelled.get(20, TimeUnit.SECONDS);
        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).hasMessageContaining("UNAVAILABLE");
        waiting.server().shutdownNow();
        channel.shutdownNow();
    }

    @Test
    void aStoppedBackchannelServerLeavesTheConnectionAlone() throws Exception {
        ManagedChannel channel = dial("a");
        Raw.call(channel, "CallBack", "");

        votes.server().shutdownNow().awaitTermination(5, TimeUnit.SECONDS);

        assertThat(Raw.call(channel, "Echo", "still there")).isEqualTo("still there");
        assertThatThrownBy(() -> Raw.call(channel, "CallBack", "")).isInstanceOf(StatusRuntimeException.class);
        channel.shutdownNow();
    }
}
