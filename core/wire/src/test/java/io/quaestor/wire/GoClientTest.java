package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our accepting side against a client in Go, multiplexed and plain.
class GoClientTest {

    private final Loops loops = new Loops();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.close();
        loops.close();
    }

    @Test
    void callsAndVotesArriveOnOnePort() throws Exception {
        Server server = loops.server(
                        new InetSocketAddress("127.0.0.1", 0), WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .fallbackHandlerRegistry(Raw.blocking(GoClientTest::answer))
                .executor(threads)
                .build()
                .start();
        try (GoProgram client =
                GoProgram.start("client", "-address", "127.0.0.1:" + server.getPort(), "-checks", "calls,votes")) {

            assertThat(client.finish()).hasSize(4).allMatch(line -> line.startsWith("OK"));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void sidechannelsAreOpenedTowardsTheClient() throws Exception {
        Server server = loops.server(
                        new InetSocketAddress("127.0.0.1", 0), WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .fallbackHandlerRegistry(Raw.blocking(StorageNode::answer))
                .executor(threads)
                .build()
                .start();
        try (GoProgram client =
                GoProgram.start("client", "-address", "127.0.0.1:" + server.getPort(), "-checks", "sidechannels,unknown")) {

            assertThat(client.finish()).hasSize(6).allMatch(line -> line.startsWith("OK"));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aUnixSocketCarriesTheSame(@TempDir Path directory) throws Exception {
        File socket = directory.resolve("proxy.sock").toFile();
        Server server = loops.server(
                        new DomainSocketAddress(socket), WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .fallbackHandlerRegistry(Raw.blocking(StorageNode::answer))
                .executor(threads)
                .build()
                .start();
        try (GoProgram client = GoProgram.start(
                "client", "-network", "unix", "-address", socket.getPath(), "-checks", "calls,votes,sidechannels")) {

            assertThat(client.finish()).hasSize(9).allMatch(line -> line.startsWith("OK"));
        } finally {
            server.shutdownNow();
        }
    }

    static byte[] answer(ServerCall<byte[], byte[]> call, Metadata headers, byte[] request) {
        return switch (call.getMethodDescriptor().getBareMethodName()) {
            case "Echo" -> request;
            case "CallBack" ->
                ClientCalls.blockingUnaryCall(
                        WireSession.of(call.getAttributes())
                                .orElseThrow(() -> Status.FAILED_PRECONDITION
                                        .withDescription("non-multiplexed connection")
                                        .asRuntimeException())
                                .backchannel(),
                        Raw.method("interop.Votes/Vote"),
                        io.grpc.CallOptions.DEFAULT,
                        request);
            default -> throw Status.UNIMPLEMENTED.asRuntimeException();
        };
    }
}
