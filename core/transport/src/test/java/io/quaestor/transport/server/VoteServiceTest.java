package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.messages.RefTransactionGrpc;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionResponse;
import io.quaestor.messages.VoteTransactionResponse.TransactionState;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transaction.VotePhase;
import io.quaestor.wire.WireSession;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes vote on the connections that the proxy made to them, and others on the public port (RT 4.5).
@Timeout(60)
class VoteServiceTest {

    private final FakeVotes votes = new FakeVotes();
    private TestNode first;
    private TestNode second;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        first = new TestNode("gitaly-1");
        second = new TestNode("gitaly-2");
        var setup = new TestProxy.Setup();
        setup.nodeServices = List.of(new VoteService(() -> votes));
        setup.services = setup.nodeServices;
        proxy = new TestProxy(setup, first.node(), second.node());
    }

    @AfterEach
    void stop() {
        proxy.close();
        first.close();
        second.close();
    }

    @Test
    void voteComesWithTheNodeOfItsConnectionWhateverItSays() throws Exception {
        var one = cast(channelTo(first), vote("gitaly-2"));
        var atReceiver = votes.vote();
        var two = cast(channelTo(second), vote("gitaly-2"));

        assertThat(atReceiver.from()).contains(first.id);
        assertThat(atReceiver.vote().node()).isEqualTo("gitaly-2");
        assertThat(atReceiver.vote().transaction()).isEqualTo(7);
        assertThat(atReceiver.vote().hash()).containsExactly(1, 2, 3);
        assertThat(votes.vote().from()).contains(second.id);
        assertThat(one).isNotDone();
        assertThat(two).isNotDone();
    }

    @Test
    void voteOverThePublicPortComesFromNobody() throws Exception {
        cast(proxy.channel, vote("gitaly-1"));

        assertThat(votes.vote().from()).isEmpty();
    }

    @Test
    void voteOverThePublicPortNeedsAToken() throws Exception {
        var setup = new TestProxy.Setup();
        setup.token = Secret.of("secret");
        setup.services = List.of(new VoteService(() -> votes));
        try (var other = new TestProxy(setup)) {
            var stub = RefTransactionGrpc.newBlockingStub(other.channel);

            assertThatThrownBy(() -> stub.voteTransaction(vote("gitaly-1")))
                    .hasMessage("UNAUTHENTICATED: authentication required");
            assertThat(votes.votes).isEmpty();
        }
    }

    @Test
    void answersAreStates() throws Exception {
        var channel = channelTo(first);

        votes.answer = VoteReply::committed;
        assertThat(state(cast(channel, vote("gitaly-1")))).isEqualTo(TransactionState.COMMIT);
        votes.answer = VoteReply::aborted;
        assertThat(state(cast(channel, vote("gitaly-1")))).isEqualTo(TransactionState.ABORT);
        votes.answer = VoteReply::stopped;
        assertThat(state(cast(channel, vote("gitaly-1")))).isEqualTo(TransactionState.STOP);
    }

    @Test
    void answerMayComeLaterFromAnyThread() throws Exception {
        var answer = cast(channelTo(first), vote("gitaly-1"));

        votes.vote().reply().committed();

        assertThat(state(answer)).isEqualTo(TransactionState.COMMIT);
    }

    @Test
    void failureIsAStatus() throws Exception {
        var text = "invalid reference update hash: invalid vote length 3";
        votes.answer = reply -> reply.failed(new Failure(StatusCode.INVALID_ARGUMENT, text));

        assertThat(failure(cast(channelTo(first), vote("gitaly-1"))).getDescription()).isEqualTo(text);
        assertThat(failure(cast(channelTo(first), vote("gitaly-1"))).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"0, UNKNOWN", "1, PREPARED", "2, COMMITTED", "3, SYNCHRONIZED", "4, PREPARING", "5, UNKNOWN"})
    void phaseIsANumber(int number, VotePhase phase) throws Exception {
        cast(channelTo(first), vote("gitaly-1").toBuilder().setPhaseValue(number).build());

        assertThat(votes.vote().vote().phase()).isEqualTo(phase);
    }

    @Test
    void voteThatIsCancelledIsTakenBack() throws Exception {
        var answer = cast(channelTo(first), vote("gitaly-1"));
        var received = votes.vote();

        answer.cancel(true);

        assertThat(received.takenBack().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void voteIsTakenBackWhenItsDeadlineIsOver() throws Exception {
        var stub = RefTransactionGrpc.newFutureStub(channelTo(first)).withDeadlineAfter(300, TimeUnit.MILLISECONDS);

        var answer = stub.voteTransaction(vote("gitaly-1"));

        assertThat(votes.vote().takenBack().await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failure(answer).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void voteIsTakenBackWhenItsConnectionIsLost() throws Exception {
        cast(channelTo(first), vote("gitaly-1"));
        var received = votes.vote();

        first.stop();

        assertThat(received.takenBack().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answerToAVoteThatWasTakenBackIsNoHarm() throws Exception {
        var channel = channelTo(first);
        var answer = cast(channel, vote("gitaly-1"));
        var received = votes.vote();
        answer.cancel(true);
        assertThat(received.takenBack().await(10, TimeUnit.SECONDS)).isTrue();

        received.reply().committed();

        votes.answer = VoteReply::committed;
        assertThat(state(cast(channel, vote("gitaly-1")))).isEqualTo(TransactionState.COMMIT);
    }

    @Test
    void transactionIsStopped() throws Exception {
        votes.answer = VoteReply::stopped;
        var request = StopTransactionRequest.newBuilder().setTransactionId(7).build();

        RefTransactionGrpc.newFutureStub(channelTo(first)).stopTransaction(request).get(10, TimeUnit.SECONDS);
        RefTransactionGrpc.newFutureStub(proxy.channel).stopTransaction(request).get(10, TimeUnit.SECONDS);

        assertThat(votes.stops).containsExactly("default/gitaly-1 7", "anybody 7");
    }

    @Test
    void stopOfATransactionThatNobodyKnowsFails() throws Exception {
        votes.answer = reply -> reply.failed(new Failure(StatusCode.NOT_FOUND, "transaction not found: 7"));
        var request = StopTransactionRequest.newBuilder().setTransactionId(7).build();

        var status = failure(RefTransactionGrpc.newFutureStub(channelTo(first)).stopTransaction(request));

        assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).isEqualTo("transaction not found: 7");
    }

    @Test
    void defectOfTheReceiverFailsOneVoteAndNotTheConnection() throws Exception {
        var channel = channelTo(first);
        votes.answer = _ -> {
            throw new IllegalStateException("oops");
        };
        assertThat(failure(cast(channel, vote("gitaly-1"))).getDescription())
                .isEqualTo("panic: java.lang.IllegalStateException: oops");

        votes.answer = VoteReply::committed;
        assertThat(state(cast(channel, vote("gitaly-1")))).isEqualTo(TransactionState.COMMIT);
    }

    @Test
    void nodesFindNothingElseOnTheBackChannel() throws Exception {
        var channel = channelTo(first);

        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel,
                        Bytes.method(TestProxy.READ, MethodType.UNARY),
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        new byte[0]))
                .hasMessageStartingWith("UNIMPLEMENTED");
    }

    @Test
    void votesThatWaitHoldNoThread() throws Exception {
        var channel = channelTo(first);
        var answers = new ArrayList<ListenableFuture<VoteTransactionResponse>>();
        answers.add(cast(channel, vote("gitaly-1")));
        var received = new ArrayList<FakeVotes.Received>();
        received.add(votes.vote());
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();

        for (int i = 0; i < 1000; i++) {
            answers.add(cast(channel, vote("gitaly-1")));
        }
        for (int i = 0; i < 1000; i++) {
            received.add(votes.vote());
        }

        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 20);
        received.forEach(vote -> vote.reply().committed());
        for (var answer : answers) {
            assertThat(state(answer)).isEqualTo(TransactionState.COMMIT);
        }
    }

    /// The channel on which a node votes: that of a connection on which it got a call.
    private Channel channelTo(TestNode node) throws Exception {
        proxy.leader.to(node.id);
        proxy.unary("x".getBytes());
        var call = node.call().call;
        return WireSession.of(call.getAttributes()).orElseThrow().backchannel();
    }

    private static VoteTransactionRequest vote(String node) {
        return VoteTransactionRequest.newBuilder()
                .setTransactionId(7)
                .setNode(node)
                .setReferenceUpdatesHash(ByteString.copyFrom(new byte[] {1, 2, 3}))
                .build();
    }

    private static ListenableFuture<VoteTransactionResponse> cast(Channel channel, VoteTransactionRequest vote) {
        return RefTransactionGrpc.newFutureStub(channel).voteTransaction(vote);
    }

    private static TransactionState state(ListenableFuture<VoteTransactionResponse> answer) throws Exception {
        return answer.get(10, TimeUnit.SECONDS).getState();
    }

    private static Status failure(ListenableFuture<?> answer) throws Exception {
        try {
            throw new AssertionError("no failure, but " + answer.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Status.fromThrowable(e);
        }
    }
}
