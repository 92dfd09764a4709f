package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our dialling side against nodes in Go, on both yamux libraries that Gitaly has.
class GoNodeTest {

    private final Loops loops = new Loops();
    private BackchannelServer votes;

    @BeforeEach
    void startVotes() throws Exception {
        votes = BackchannelServer.start(loops.group, builder -> builder.fallbackHandlerRegistry(Raw.blocking(
                (call, headers, request) -> {
                    String node = WireSession.of(call.getAttributes()).orElseThrow().attached().get(Loops.NODE);
                    return (node + " says " + new String(request, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
                })));
    }

    @AfterEach
    void stop() {
        votes.server().shutdownNow();
        loops.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashicorp", "eager", "libp2p"})
    void callsAndVotesShareAConnection(String library) throws Exception {
        try (GoProgram node = GoProgram.start("node", "-library", library)) {
            ManagedChannel channel = dial(tcp(node.await("LISTEN")));

            assertThat(Raw.call(channel, "Echo", "hello")).isEqualTo("hello");
            assertThat(Raw.call(channel, "Echo", "x".repeat(3 << 20))).hasSize(3 << 20);
            assertThat(Raw.call(channel, "CallBack", "yes")).isEqualTo("gitaly-1 says yes");

            Loops.close(channel);
        }
    }

    @Test
    void unixSocketsCarryTheSame(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("node.sock");
        try (GoProgram node = GoProgram.start("node", "-network", "unix", "-address", socket.toString())) {
            node.await("LISTEN");
            ManagedChannel channel = dial(new DomainSocketAddress(socket.toFile()));

            assertThat(Raw.call(channel, "CallBack", "yes")).isEqualTo("gitaly-1 says yes");

            Loops.close(channel);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashicorp", "libp2p"})
    void sidechannelsCarryBytesBesideACall(String library) throws Exception {
        try (GoProgram node = GoProgram.start("node", "-library", library);
                Gateway gateway = new Gateway(dial(tcp(node.await("LISTEN"))))) {

            assertThat(gateway.reverse("hello side")).isEqualTo("reply:10");
            assertThat(gateway.reverse("y".repeat(65_517))).isEqualTo("reply:65517");
            assertThat(gateway.bulk(64 << 20)).isEqualTo(64 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashicorp", "libp2p"})
    void aReaderThatGoesAwayFreesTheNodesWriterAtOnce(String library) throws Exception {
        try (GoProgram node = GoProgram.start("node", "-library", library);
                Gateway gateway = new Gateway(dial(tcp(node.await("LISTEN"))))) {

            gateway.abandon();

            assertThat(node.await("STUCK")).doesNotContain("nil").containsAnyOf("reset", "closed");
        }
    }

    private ManagedChannel dial(SocketAddress address) {
        return loops.channel(address, WireCredentials.dialling(WireLimits.standard(), Loops.node("gitaly-1"), votes))
                .build();
    }

    static InetSocketAddress tcp(String address) {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
}
