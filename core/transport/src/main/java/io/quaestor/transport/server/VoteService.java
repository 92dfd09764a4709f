package io.quaestor.transport.server;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.messages.RefTransactionGrpc;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.messages.StopTransactionResponse;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionResponse;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import io.quaestor.transport.client.NodeChannels;
import io.quaestor.wire.WireSession;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes votes: `gitaly.RefTransaction` (RT 4.5). Serves nodes on the connections that the proxy made to them, and anybody
/// on the public port. Who votes is told by the connection, not by the request.
///
/// **Threads:** event loops; a vote that waits holds no thread. How many wait is bounded by the calls that wait for them.
public final class VoteService implements BindableService {

    private static final Logger LOG = LoggerFactory.getLogger(VoteService.class);

    private static final Context.Key<NodeId> FROM = Context.key("node of the connection");

    private final Supplier<VoteReceiver> receiver;

    /// @param receiver asked for each vote, never blocks; not before the proxy serves
    public VoteService(Supplier<VoteReceiver> receiver) {
        this.receiver = receiver;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(new Service(), new Origin());
    }

    /// Finds out which node is at the other end.
    private static final class Origin implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            var node = WireSession.of(call.getAttributes()).map(s -> s.attached().get(NodeChannels.NODE));
            return node.isEmpty()
                    ? next.startCall(call, headers)
                    : Contexts.interceptCall(Context.current().withValue(FROM, node.get()), call, headers, next);
        }
    }

    private final class Service extends RefTransactionGrpc.RefTransactionImplBase {

        @Override
        public void voteTransaction(VoteTransactionRequest request, StreamObserver<VoteTransactionResponse> caller) {
            guarded(caller, () -> {
                var vote = new CastVote(
                        request.getTransactionId(),
                        request.getNode(),
                        request.getReferenceUpdatesHash().toByteArray(),
                        VoteService.phase(request.getPhaseValue()));
                var takeBack = receiver.get().vote(from(), vote, new VoteAnswer(caller));
                ((ServerCallStreamObserver<?>) caller).setOnCancelHandler(takeBack);
            });
        }

        @Override
        public void stopTransaction(StopTransactionRequest request, StreamObserver<StopTransactionResponse> caller) {
            guarded(caller, () -> receiver.get().stop(from(), request.getTransactionId(), new StopAnswer(caller)));
        }

        private Optional<NodeId> from() {
            return Optional.ofNullable(FROM.get());
        }

        /// What is thrown on an event loop would end the whole connection.
        private void guarded(StreamObserver<?> caller, Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("a vote failed by a defect of the proxy", e);
                caller.onError(Status.INTERNAL.withDescription("panic: " + e).asException());
            }
        }
    }

    /// By the numbers on the wire (RT 4.5, D19 2.1.2). What nodes of the future do is not known.
    private static VotePhase phase(int number) {
        return switch (number) {
            case VoteTransactionRequest.Phase.PREPARED_PHASE_VALUE -> VotePhase.PREPARED;
            case VoteTransactionRequest.Phase.COMMITTED_PHASE_VALUE -> VotePhase.COMMITTED;
            case VoteTransactionRequest.Phase.SYNCHRONIZED_PHASE_VALUE -> VotePhase.SYNCHRONIZED;
            case VoteTransactionRequest.Phase.PREPARING_PHASE_VALUE -> VotePhase.PREPARING;
            default -> VotePhase.UNKNOWN;
        };
    }
}
