package io.quaestor.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventLoopsTest {

    @ParameterizedTest(name = "epoll: {0}")
    @ValueSource(booleans = {true, false})
    void tcpAndUnixSocketsWorkWithAndWithoutEpoll(boolean epoll, @TempDir Path directory) throws Exception {
        try (var loops = EventLoops.start(1, epoll)) {
            serveAndAsk(loops, new InetSocketAddress("127.0.0.1", 0));
            serveAndAsk(loops, loops.unixAddress(directory.resolve("s")));
        }
    }

    private static void serveAndAsk(EventLoops loops, SocketAddress address) throws Exception {
        var server = NettyServerBuilder.forAddress(address)
                .channelType(loops.serverChannel(address))
                .bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
        var listening = address instanceof InetSocketAddress
                ? new InetSocketAddress("127.0.0.1", server.getPort())
                : address;
        var channel = NettyChannelBuilder.forAddress(listening)
                .channelType(loops.clientChannel(listening), listening.getClass())
                .eventLoopGroup(loops.get(0))
                .usePlaintext()
                .build();
        var answer = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance());
        assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void loopKnowsItsNumberAndOthersHaveNone() throws Exception {
        try (var loops = EventLoops.start(3)) {
            for (int i = 0; i < 3; i++) {
                var number = CompletableFuture.supplyAsync(loops::current, loops.get(i));
                assertThat(number.get(10, TimeUnit.SECONDS)).isEqualTo(i);
            }
            assertThatThrownBy(loops::current).isInstanceOf(IllegalStateException.class);
        }
    }
}
