package io.quaestor.transport.server;

import io.grpc.stub.StreamObserver;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.VoteReceiver.VoteReply;
import io.quaestor.messages.StopTransactionResponse;

/// Tells who stopped a transaction.
///
/// @param caller who stopped it
record StopAnswer(StreamObserver<StopTransactionResponse> caller) implements VoteReply {

    @Override
    public void committed() {
        throw new IllegalStateException("not an answer to a stop");
    }

    @Override
    public void aborted() {
        throw new IllegalStateException("not an answer to a stop");
    }

    @Override
    public void stopped() {
        caller.onNext(StopTransactionResponse.getDefaultInstance());
        caller.onCompleted();
    }

    @Override
    public void failed(Failure failure) {
        caller.onError(Statuses.of(failure).asException());
    }
}
