package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.StatusCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProxyCallTest {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private TestNode node;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode("gitaly-1");
        proxy = new TestProxy(node.node());
        proxy.leader.to(node.id);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        node.close();
    }

    @Test
    void unaryCallIsAnswered() throws Exception {
        assertThat(proxy.unary("hello".getBytes())).asString().isEqualTo("hello");
        assertThat(proxy.leader.awaitEnds()).singleElement().satisfies(end -> {
            assertThat(end.isOk()).isTrue();
            assertThat(end.reached()).isTrue();
            assertThat(end.answered()).isTrue();
        });
        assertThat(proxy.metered.poll(20, TimeUnit.SECONDS)).isEqualTo("gitaly.CommitService/FindCommit OK");
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void manyUnaryCallsInARowAreAnswered() {
        for (int i = 0; i < 500; i++) {
            var message = ("hello " + i).getBytes();
            assertThat(proxy.unary(message)).isEqualTo(message);
        }
    }

    @Test
    void messagesGoBothWaysAtTheSameTime() throws Exception {
        var call = proxy.open(TestProxy.UPLOAD).all();

        for (int i = 0; i < 50; i++) {
            call.send("ping " + i);
            assertThat(call.message()).isEqualTo("ping " + i);
        }
        call.halfClose();

        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void aCallOfOneMessageIsNotBegunBeforeItsEnd() throws Exception {
        var call = proxy.open(TestProxy.READ).all().send("kept");
        assertThat(proxy.unary("another".getBytes())).asString().isEqualTo("another"); // on the same connections
        assertThat(node.call().messages).extracting(String::new).containsExactly("another");
        assertThat(proxy.leader.led).hasValue(1);

        call.halfClose();

        assertThat(call.message()).isEqualTo("kept");
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void aClientThatGoesBeforeTheEndOfItsMessageHasAskedForNothing() throws Exception {
        var call = proxy.open(TestProxy.READ).all().send("kept");
        proxy.unary("another".getBytes()); // the message has arrived, too

        call.call.cancel("enough", null);

        assertThat(proxy.metered.poll(20, TimeUnit.SECONDS)).isEqualTo("gitaly.CommitService/FindCommit OK");
        assertThat(proxy.metered.poll(20, TimeUnit.SECONDS)).isEqualTo("gitaly.CommitService/FindCommit CANCELLED");
        assertThat(proxy.leader.led).hasValue(1);
        assertThat(proxy.running).hasValue(0);
    }

    @Test
    void aSecondMessageWhereOneIsTakenEndsTheCall() throws Exception {
        var end = proxy.open(TestProxy.READ).all().send("one").send("two").halfClose().awaitEnd();

        assertThat(end.status().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(end.status().getDescription())
                .isEqualTo("gitaly.CommitService/FindCommit takes one message, the client has sent more");
        assertThat(proxy.unary("another".getBytes())).asString().isEqualTo("another");
        assertThat(proxy.leader.led).hasValue(1);
    }

    @Test
    void statusTextDetailsAndTrailersArePassedOn() throws Exception {
        var trailers = new Metadata();
        trailers.put(DETAILS, new byte[] {1, 2, 3});
        trailers.put(key("x-trailer"), "t");
        node.script = TestNode.end(Status.FAILED_PRECONDITION.withDescription("not now: 100 %"), trailers);

        var end = proxy.open(TestProxy.READ).all().send("x").halfClose().awaitEnd();

        assertThat(end.status().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.status().getDescription()).isEqualTo("not now: 100 %");
        assertThat(end.trailers().get(key("x-trailer"))).isEqualTo("t");
        assertThat(end.trailers().get(DETAILS)).containsExactly(1, 2, 3);
    }

    @Test
    void unknownNeverReachesAClient() throws Exception {
        var trailers = new Metadata();
        trailers.put(DETAILS, new byte[] {1});
        node.script = TestNode.end(Status.UNKNOWN.withDescription("who knows"), trailers);

        var end = proxy.open(TestProxy.READ).all().send("x").halfClose().awaitEnd();

        assertThat(end.status().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(end.status().getDescription()).isEqualTo("who knows");
        assertThat(end.trailers().get(DETAILS)).isNull();
    }

    @Test
    void headersOfANodeThatSendsNoMessageArePassedOn() throws Exception {
        node.script = (call, headers) -> {
            var own = new Metadata();
            own.put(key("x-header"), "h");
            call.sendHeaders(own);
            call.close(Status.OK, new Metadata());
            return new io.grpc.ServerCall.Listener<>() {};
        };

        var call = proxy.open(TestProxy.READ).all().send("x").halfClose();

        assertThat(call.headers.get(10, TimeUnit.SECONDS).get(key("x-header"))).isEqualTo("h");
        assertThat(call.status().isOk()).isTrue();
    }

    @Test
    void nodeGetsTheClientsHeadersWithoutWhatIsBetweenClientAndProxy() throws Exception {
        var headers = new Metadata();
        headers.put(key("authorization"), "Bearer v2.client.1");
        headers.put(key("x-gitlab-correlation-id"), "abc");
        headers.put(key("gitaly-reference-transaction"), "forged");
        headers.put(key("gitaly-sidechannel-id"), "4");
        headers.put(key("client_name"), "gitlab-web");
        headers.put(key("gitaly-feature-x"), "true");
        headers.put(Metadata.Key.of("any-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {0, -1});

        proxy.open(TestProxy.READ, headers, CallOptions.DEFAULT).all().send("x").halfClose().status();

        var received = node.call();
        assertThat(received.headers.getAll(key("authorization"))).singleElement().satisfies(token -> assertThat(token)
                .startsWith("Bearer v2.")
                .doesNotContain("client"));
        assertThat(received.headers.getAll(key("x-gitlab-correlation-id"))).containsExactly("abc");
        assertThat(received.header("gitaly-reference-transaction")).isNull();
        assertThat(received.header("gitaly-sidechannel-id")).isEqualTo("0"); // the proxy's own
        assertThat(received.header("client_name")).isEqualTo("gitlab-web");
        assertThat(received.header("gitaly-feature-x")).isEqualTo("true");
        assertThat(received.headers.get(Metadata.Key.of("any-bin", Metadata.BINARY_BYTE_MARSHALLER)))
                .containsExactly(0, -1);
    }

    @Test
    void correlationIdIsMadeWhereTheClientBringsNone() throws Exception {
        proxy.unary("x".getBytes());

        assertThat(node.call().header("x-gitlab-correlation-id")).matches("[0-9A-HJKMNP-TV-Z]{26}");
    }

    @Test
    void callWithoutAMessageIsAnError() throws Exception {
        var status = proxy.open(TestProxy.READ).all().halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("EOF");
        assertThat(node.calls).isEmpty();
    }

    @Test
    void unknownMethodIsUnimplemented() throws Exception {
        var status = proxy.open("x.Y/Z").all().send("x").halfClose().status();

        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(status.getDescription()).isEqualTo("full method name not found: /x.Y/Z");
        assertThat(proxy.metered.poll(20, TimeUnit.SECONDS)).isEqualTo("unknown/unknown UNIMPLEMENTED");
    }

    @Test
    void coordinatorAnswersOrRefusesByItself() throws Exception {
        proxy.leader.way = (exchange, rpc, message) -> exchange.answer(new byte[] {8, 1});
        assertThat(proxy.unary("x".getBytes())).containsExactly(8, 1);

        proxy.leader.way =
                (exchange, rpc, message) -> exchange.fail(new Failure(StatusCode.NOT_FOUND, "repository not found"));
        assertThatThrownBy(() -> proxy.unary("x".getBytes())).hasMessage("NOT_FOUND: repository not found");
    }

    @Test
    void coordinatorMayComeBackFromAnotherThread() throws Exception {
        proxy.leader.way = (exchange, rpc, message) -> Thread.startVirtualThread(
                () -> exchange.execute(() -> exchange.forward(proxy.leader.forwarding(message, node.id))));

        assertThat(proxy.unary("hello".getBytes())).asString().isEqualTo("hello");
    }

    @Test
    void coordinatorDoesSomethingLaterAlsoWhenTheCallIsOver() throws Exception {
        var ran = new java.util.concurrent.CompletableFuture<Boolean>();
        proxy.leader.way = (exchange, rpc, message) -> {
            exchange.answer(message);
            exchange.later(Duration.ofMillis(1), () -> ran.complete(proxy.loops.get(0).inEventLoop()));
        };

        proxy.unary("x".getBytes());

        assertThat(ran.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatWasToBeDoneLaterIsTakenBack() throws Exception {
        var ran = new java.util.concurrent.LinkedBlockingQueue<String>();
        proxy.leader.way = (exchange, rpc, message) -> {
            var takeBack = exchange.later(Duration.ofMillis(1), () -> ran.add("taken back"));
            exchange.later(Duration.ofMillis(2), () -> {
                throw new IllegalStateException("a defect harms no other task");
            });
            exchange.later(Duration.ofMillis(3), () -> ran.add("done"));
            takeBack.run();
            exchange.answer(message);
        };

        proxy.unary("x".getBytes());

        assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void defectOfTheCoordinatorFailsOneCall() {
        proxy.leader.way = (exchange, rpc, message) -> {
            throw new IllegalStateException("oops");
        };

        assertThatThrownBy(() -> proxy.unary("x".getBytes()))
                .hasMessage("INTERNAL: panic: java.lang.IllegalStateException: oops");
    }

    @Test
    void endWaitsForTheCompletion() throws Exception {
        var held = new java.util.concurrent.CompletableFuture<io.quaestor.coordinator.Completion>();
        proxy.leader.completion = held::complete;

        var call = proxy.open(TestProxy.READ).all().send("x").halfClose();
        assertThat(call.message()).isEqualTo("x");
        var completion = held.get(10, TimeUnit.SECONDS);
        assertThat(call.end).isNotDone();
        completion.fail(new Failure(StatusCode.UNAVAILABLE, "not recorded"));

        assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(call.status().getDescription()).isEqualTo("not recorded");
    }

    @Test
    void ownFailureOfTheNodeComesFirst() throws Exception {
        node.script = TestNode.end(Status.NOT_FOUND.withDescription("gone"), new Metadata());
        proxy.leader.completion = completion -> completion.fail(new Failure(StatusCode.INTERNAL, "later"));

        assertThatThrownBy(() -> proxy.unary("x".getBytes())).hasMessage("NOT_FOUND: gone");

        proxy.leader.completion = completion -> completion.override(new Failure(StatusCode.INTERNAL, "over all"));
        assertThatThrownBy(() -> proxy.unary("x".getBytes())).hasMessage("INTERNAL: over all");
    }
    
    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
