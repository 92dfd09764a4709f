package io.quaestor.transport.server;

import io.grpc.stub.StreamObserver;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.messages.VoteTransactionResponse;
import io.quaestor.messages.VoteTransactionResponse.TransactionState;

/// Tells a voter.
///
/// @param caller who voted
record VoteAnswer(StreamObserver<VoteTransactionResponse> caller) implements VoteReply {

    @Override
    public void committed() {
        answer(TransactionState.COMMIT);
    }

    @Override
    public void aborted() {
        answer(TransactionState.ABORT);
    }

    @Override
    public void stopped() {
        answer(TransactionState.STOP);
    }

    private void answer(TransactionState state) {
        caller.onNext(VoteTransactionResponse.newBuilder().setState(state).build());
        caller.onCompleted();
    }

    @Override
    public void failed(Failure failure) {
        caller.onError(Statuses.of(failure).asException());
    }
}
