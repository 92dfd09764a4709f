package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quaestor.messages.RefTransactionGrpc;
import io.quaestor.messages.RefTransactionGrpc.RefTransactionBlockingStub;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.messages.VoteTransactionResponse.TransactionState;
import io.quaestor.sandbox.rpc.CallScope;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Votes over the connection on which the call came (TR 1.7). Votes end with the call.
final class TransactionVoter implements Voter {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionVoter.class);

    private final Transaction transaction;
    private final Optional<Channel> backchannel;
    private final VoteRules rules;
    private final CallScope scope;
    private final Context context;

    /// @param context of the call: ends what is made in it
    TransactionVoter(
            Transaction transaction,
            Optional<Channel> backchannel,
            VoteRules rules,
            CallScope scope,
            Context context) {
        this.transaction = transaction;
        this.backchannel = backchannel;
        this.rules = rules;
        this.scope = scope;
        this.context = context;
    }

    @Override
    public boolean isVoting() {
        return true;
    }

    @Override
    public boolean isPrimary() {
        return transaction.primary();
    }

    @Override
    public Duration longest() {
        return rules.limit().plus(rules.delay());
    }

    @Override
    public void vote(Phase phase, ByteString hash) throws VoteException, InterruptedException {
        if (scope.awaitCancelled(rules.delay())) {
            throw VoteException.failed(Status.CANCELLED);
        }
        var request = VoteTransactionRequest.newBuilder() // without the repository, as from Gitaly (D19 2.1.6)
                .setTransactionId(transaction.id())
                .setNode(transaction.node())
                .setReferenceUpdatesHash(hash)
                .setPhase(phase)
                .build();
        switch (ask(request)) {
            case COMMIT -> LOG.debug("{} {}: permitted", transaction, phase);
            case ABORT -> throw VoteException.aborted();
            case STOP -> throw VoteException.stopped();
            case UNRECOGNIZED -> throw VoteException.failed(Status.INTERNAL.withDescription("invalid transaction state"));
        }
    }

    @Override
    public void stop() {
        try {
            var stub = stub();
            var request = StopTransactionRequest.newBuilder()
                    .setTransactionId(transaction.id())
                    .build();
            context.run(() -> stub.stopTransaction(request));
        } catch (VoteException | StatusRuntimeException e) {
            LOG.warn("{} is not stopped: {}", transaction, e.getMessage());
        }
    }

    private TransactionState ask(VoteTransactionRequest request) throws VoteException, InterruptedException {
        var stub = stub();
        var previous = context.attach();
        try {
            return stub.voteTransaction(request).getState();
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while a vote was under way");
            }
            LOG.info("{} {}: vote failed: {}", transaction, request.getPhase(), e.getStatus());
            throw VoteException.failed(e.getStatus());
        } finally {
            context.detach(previous);
        }
    }

    private RefTransactionBlockingStub stub() throws VoteException {
        return RefTransactionGrpc.newBlockingStub(backchannel.orElseThrow(VoteException::unconnected))
                .withDeadlineAfter(rules.limit());
    }
}
