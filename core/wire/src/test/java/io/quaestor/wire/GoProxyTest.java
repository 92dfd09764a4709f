package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client in Go, a proxy of ours, a node in Go.
class GoProxyTest {

    private final Loops loops = new Loops();

    @AfterEach
    void stop() {
        loops.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashicorp", "libp2p"})
    void sidechannelsGoThroughTheProxy(String library) throws Exception {
        SidechannelCounts counts = new SidechannelCounts();
        try (GoProgram node = GoProgram.start("node", "-library", library);
                Proxy proxy = proxy(node, counts);
                GoProgram client = GoProgram.start(
                        "client", "-address", "127.0.0.1:" + proxy.server.getPort(), "-checks", "sidechannels")) {

            assertThat(client.finish()).hasSize(5).allMatch(line -> line.startsWith("OK"));
            assertThat(counts.active()).isZero();
            assertThat(counts.openedInAll()).isEqualTo(24);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashicorp", "libp2p"})
    void aClientThatGoesAwayFreesTheNodesWriterAtOnce(String library) throws Exception {
        SidechannelCounts counts = new SidechannelCounts();
        try (GoProgram node = GoProgram.start("node", "-library", library);
                Proxy proxy = proxy(node, counts);
                Gateway gateway = new Gateway(loops.channel(
                                new InetSocketAddress("127.0.0.1", proxy.server.getPort()),
                                WireCredentials.dialling(WireLimits.standard(), Attributes.EMPTY))
                        .build())) {

            gateway.abandon();

            assertThat(node.await("STUCK")).containsAnyOf("reset", "closed");
            assertThat(counts.outcomes.poll(20, TimeUnit.SECONDS)).isInstanceOf(SidechannelOutcome.Broken.class);
        }
    }

    private Proxy proxy(GoProgram node, SidechannelCounts counts) throws Exception {
        ManagedChannel upstream = loops.channel(
                        GoNodeTest.tcp(node.await("LISTEN")),
                        WireCredentials.dialling(WireLimits.standard(), Loops.node("gitaly-1")))
                .directExecutor()
                .build();
        Server server = loops.server(
                        new InetSocketAddress("127.0.0.1", 0),
                        WireCredentials.accepting(WireLimits.standard(), Attributes.EMPTY))
                .fallbackHandlerRegistry(Raw.registry(new PassThrough(upstream, counts)))
                .directExecutor()
                .build()
                .start();
        return new Proxy(server, upstream);
    }

    private record Proxy(Server server, ManagedChannel upstream) implements AutoCloseable {

        @Override
        public void close() {
            server.shutdownNow();
            upstream.shutdownNow();
        }
    }
}
