package io.quaestor.sandbox.support;

import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.quaestor.messages.RefTransactionGrpc.RefTransactionImplBase;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.messages.StopTransactionResponse;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionResponse;
import io.quaestor.messages.VoteTransactionResponse.TransactionState;
import io.quaestor.sandbox.rpc.BearerCredentials;
import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.wire.BackchannelServer;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Plays the proxy towards one node: connects as a proxy does, and answers the node's votes by a script.
public final class FakeProxy implements AutoCloseable {

    /// How a vote is answered.
    public enum Answer {
        COMMIT,
        ABORT,
        STOP,
        FAIL,
        NEVER,
        HANG_UP
    }

    /// Beyond what fits into a signed number.
    public static final String TRANSACTION = "18446744073709551615";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Deque<Answer> script = new ArrayDeque<>();
    private final List<VoteTransactionRequest> votes = new CopyOnWriteArrayList<>();
    private final List<StopTransactionRequest> stops = new CopyOnWriteArrayList<>();
    private final BlockingQueue<VoteTransactionRequest> unanswered = new LinkedBlockingQueue<>();
    private final BlockingQueue<VoteTransactionRequest> cancelled = new LinkedBlockingQueue<>();
    private final BackchannelServer server;
    private final ManagedChannel connection;

    private FakeProxy(int port) throws IOException {
        server = BackchannelServer.start(loops, builder -> builder.addService(new Votes()));
        connection = NettyChannelBuilder.forAddress(
                        "127.0.0.1",
                        port,
                        WireCredentials.dialling(WireLimits.standard(), Attributes.EMPTY, server))
                .build();
    }

    /// @param port of the node
    public static FakeProxy dial(int port) throws IOException {
        return new FakeProxy(port);
    }

    /// Answers the next votes so; those after them are permitted.
    public void answers(Answer... answers) {
        synchronized (script) {
            script.addAll(List.of(answers));
        }
    }

    /// For calls that take part in a transaction.
    public Channel channel(boolean primary) {
        return with(connection, metadata(primary));
    }

    /// For calls that do not.
    public Channel channelWithoutTransaction() {
        return with(connection, new Metadata());
    }

    public static Channel with(Channel channel, Metadata metadata) {
        return ClientInterceptors.intercept(
                channel,
                MetadataUtils.newAttachHeadersInterceptor(metadata),
                new BearerCredentials(new BearerToken(TestNode.TOKEN), InstantSource.system()));
    }

    public static Metadata metadata(boolean primary) {
        var json = "{\"id\":" + TRANSACTION + ",\"node\":\"gitaly-1\",\"primary\":" + primary + "}";
        var metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("gitaly-reference-transaction", Metadata.ASCII_STRING_MARSHALLER),
                Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
        return metadata;
    }

    /// Everything that was voted, in this order.
    public List<VoteTransactionRequest> votes() {
        return votes;
    }

    public List<StopTransactionRequest> stops() {
        return stops;
    }

    public void forgetVotes() {
        votes.clear();
    }

    /// Waits for a vote that is never answered.
    public VoteTransactionRequest awaitUnanswered() throws InterruptedException {
        return await(unanswered);
    }

    /// Waits until the node gives up a vote that is never answered.
    public VoteTransactionRequest awaitCancelled() throws InterruptedException {
        return await(cancelled);
    }

    @Override
    public void close() {
        connection.shutdownNow();
        server.server().shutdownNow();
        var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }

    private static VoteTransactionRequest await(BlockingQueue<VoteTransactionRequest> queue)
            throws InterruptedException {
        var vote = queue.poll(60, TimeUnit.SECONDS);
        if (vote == null) {
            throw new AssertionError("no such vote");
        }
        return vote;
    }

    private Answer nextAnswer() {
        synchronized (script) {
            return script.isEmpty() ? Answer.COMMIT : script.pop();
        }
    }

    private final class Votes extends RefTransactionImplBase {

        @Override
        public void voteTransaction(VoteTransactionRequest vote, StreamObserver<VoteTransactionResponse> answer) {
            votes.add(vote);
            switch (nextAnswer()) {
                case COMMIT -> say(TransactionState.COMMIT, answer);
                case ABORT -> say(TransactionState.ABORT, answer);
                case STOP -> say(TransactionState.STOP, answer);
                case FAIL -> answer.onError(Status.NOT_FOUND
                        .withDescription("transaction not found: 7")
                        .asException());
                case NEVER -> {
                    ((ServerCallStreamObserver<?>) answer).setOnCancelHandler(() -> cancelled.add(vote));
                    unanswered.add(vote);
                }
                case HANG_UP -> {
                    var _ = connection.shutdownNow();
                }
            }
        }

        @Override
        public void stopTransaction(StopTransactionRequest request, StreamObserver<StopTransactionResponse> answer) {
            stops.add(request);
            answer.onNext(StopTransactionResponse.getDefaultInstance());
            answer.onCompleted();
        }

        private static void say(TransactionState state, StreamObserver<VoteTransactionResponse> answer) {
            answer.onNext(VoteTransactionResponse.newBuilder().setState(state).build());
            answer.onCompleted();
        }
    }
}
