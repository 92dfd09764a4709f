package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.quaestor.wire.SidechannelCall;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import io.quaestor.wire.WireSession;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bytes beside a call, from a client through the proxy to a node (TR 2).
@Timeout(60)
class SidechannelTest {

    private static final String FETCH = "gitaly.SmartHTTPService/PostUploadPackWithSidechannel";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private TestNode node;
    private TestNode other;
    private TestProxy proxy;
    private ManagedChannel client;

    /// What a node does with its end.
    interface Use {

        Status with(SidechannelConnection side) throws IOException;
    }

    @BeforeEach
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        other = new TestNode("gitaly-2");
        proxy = new TestProxy(node.node(), other.node());
        proxy.leader.to(node.id);
        client = NettyChannelBuilder.forAddress(
                        new InetSocketAddress("127.0.0.1", proxy.port()),
                        WireCredentials.dialling(WireLimits.standard(), Attributes.EMPTY))
                .build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        proxy.close();
        node.close();
        other.close();
    }

    @Test
    void bytesGoBothWaysAndTheAnswerFollows() throws Exception {
        node.script = beside(side -> {
            var request = side.input().readAllBytes();
            side.output().write(("got " + request.length + " ").getBytes(StandardCharsets.US_ASCII));
            side.output().write(new byte[4 << 20]);
            return Status.OK;
        });
        var fetch = new SidechannelCall(PATIENCE);
        var call = fetch(fetch);

        try (var side = fetch.await(PATIENCE).orElseThrow()) {
            side.output().write(new byte[1 << 20]);
            side.output().close();
            var answer = side.input().readAllBytes();
            assertThat(answer).hasSize("got 1048576 ".length() + (4 << 20));
        }

        assertThat(call.message()).isEqualTo("done");
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void clientSeesAllBytesBeforeTheError() throws Exception {
        node.script = beside(side -> {
            side.output().write("ERR upload-pack: not our ref".getBytes(StandardCharsets.US_ASCII));
            return Status.FAILED_PRECONDITION.withDescription("upload-pack failed");
        });
        var fetch = new SidechannelCall(PATIENCE);
        var call = fetch(fetch);

        try (var side = fetch.await(PATIENCE).orElseThrow()) {
            assertThat(side.input().readAllBytes()).asString().isEqualTo("ERR upload-pack: not our ref");
        }

        assertThat(call.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(call.status().getDescription()).isEqualTo("upload-pack failed");
    }

    @Test
    void nodeThatOpensNoneAnswersAlone() throws Exception {
        node.script = TestNode.end(Status.NOT_FOUND.withDescription("repository not found"), new Metadata());
        var fetch = new SidechannelCall(PATIENCE);

        var call = fetch(fetch);

        assertThat(fetch.await(PATIENCE)).isEmpty();
        assertThat(call.status().getDescription()).isEqualTo("repository not found");
    }

    @Test
    void nodeThatHasOpenedItsSidechannelIsNotGivenUp() throws Exception {
        proxy.leader.instead = other.id;
        var goOn = new CountDownLatch(1);
        node.script = beside(side -> {
            side.output().write('a');
            await(goOn);
            side.output().write('b');
            return Status.OK;
        });
        var fetch = new SidechannelCall(PATIENCE);
        var call = fetch(fetch);

        try (var side = fetch.await(PATIENCE).orElseThrow()) {
            assertThat(side.input().read()).isEqualTo('a');
            var tried = new CountDownLatch(1);
            proxy.leader.carry(carrier -> {
                carrier.giveUp(node.id, "it hangs");
                tried.countDown();
            });
            assertThat(tried.await(10, TimeUnit.SECONDS)).isTrue();
            goOn.countDown();
            assertThat(side.input().read()).isEqualTo('b');
            assertThat(side.input().read()).isEqualTo(-1);
        }

        assertThat(call.status().isOk()).isTrue();
        assertThat(other.calls).isEmpty();
    }

    @Test
    void nodeThatHasNotOpenedItsSidechannelIsGivenUpAndAnotherOpensIts() throws Exception {
        proxy.leader.instead = other.id;
        node.script = TestNode.hang();
        other.script = beside(side -> {
            side.output().write('b');
            return Status.OK;
        });
        var fetch = new SidechannelCall(PATIENCE);
        var call = fetch(fetch);
        var atFirst = node.call();

        proxy.leader.carry(carrier -> carrier.giveUp(node.id, "it hangs"));

        try (var side = fetch.await(PATIENCE).orElseThrow()) {
            assertThat(side.input().read()).isEqualTo('b');
            assertThat(side.input().read()).isEqualTo(-1);
        }
        assertThat(call.status().isOk()).isTrue();
        assertThat(atFirst.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void clientThatCancelsFreesTheNode() throws Exception {
        var freed = new CountDownLatch(1);
        node.script = beside(side -> {
            try {
                while (true) {
                    side.output().write(new byte[64 * 1024]);
                }
            } catch (IOException e) {
                freed.countDown();
                throw e;
            }
        });
        var fetch = new SidechannelCall(PATIENCE);
        var call = fetch(fetch);
        var side = fetch.await(PATIENCE).orElseThrow();
        assertThat(side.input().read()).isZero();

        call.call.cancel("enough", null);

        assertThat(freed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.leader.awaitEnds()).hasSize(1);
        assertThat(proxy.leader.ended).hasValue(1);
    }

    @Test
    void clientOnAPlainConnectionGetsNone() throws Exception {
        node.script = beside(side -> {
            side.output().write(1);
            return Status.OK;
        });
        var headers = new Metadata();
        headers.put(ProxyCallTest.key("gitaly-sidechannel-id"), "3");

        var call = proxy.open(FETCH, headers, CallOptions.DEFAULT).all().send("x").halfClose();

        assertThat(call.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("nobody lets it go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private TestCall fetch(SidechannelCall fetch) {
        var call = client.newCall(
                Bytes.method(FETCH, MethodType.BIDI_STREAMING), fetch.with(CallOptions.DEFAULT));
        return new TestCall(call, new Metadata()).all().send("x").halfClose();
    }

    /// Opens the sidechannel, uses it in a thread of its own, closes it, then answers.
    private static TestNode.Script beside(Use use) {
        return (call, headers) -> {
            Thread.startVirtualThread(() -> {
                var status = status(call, headers, use);
                if (status.isOk()) {
                    call.sendHeaders(new Metadata());
                    call.sendMessage("done".getBytes(StandardCharsets.US_ASCII));
                }
                call.close(status, new Metadata());
            });
            return new ServerCall.Listener<>() {};
        };
    }

    private static Status status(ServerCall<byte[], byte[]> call, Metadata headers, Use use) {
        long id = Long.parseLong(headers.get(ProxyCallTest.key("gitaly-sidechannel-id")));
        var session = WireSession.of(call.getAttributes()).orElseThrow();
        try (var side = session.sidechannels().connect(id, PATIENCE)) {
            return use.with(side);
        } catch (IOException | InterruptedException e) {
            return Status.INTERNAL.withDescription("open sidechannel: " + e.getMessage());
        }
    }
}
