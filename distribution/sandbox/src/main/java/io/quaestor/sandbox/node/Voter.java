package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import java.time.Duration;

/// How one call comes to an agreement with the same call on other nodes.
///
/// Thread-safe.
interface Voter {

    /// For calls that take part in no transaction: everything is permitted, nobody is asked.
    static Voter alone() {
        return new Voter() {
            @Override
            public boolean isVoting() {
                return false;
            }

            @Override
            public boolean isPrimary() {
                return true;
            }

            @Override
            public Duration longest() {
                return Duration.ZERO;
            }

            @Override
            public void vote(Phase phase, ByteString hash) {
                // permitted
            }

            @Override
            public void stop() {
                // nobody else waits
            }
        };
    }

    /// What is voted on if it has a text.
    ///
    /// @param text one character per byte
    static ByteString hash(String text) {
        return ByteString.copyFrom(Sha1.of(text));
    }

    boolean isVoting();

    /// Whether this node runs the hooks that only one node may run.
    boolean isPrimary();

    /// The longest time that a vote takes.
    Duration longest();

    /// Says what this node is about to do or has done, and waits for the permission to go on. Blocks.
    ///
    /// @param hash 20 bytes
    /// @throws VoteException if there is no permission
    void vote(Phase phase, ByteString hash) throws VoteException, InterruptedException;

    /// Votes where the call fails without a permission.
    ///
    /// @param code what the client gets if the proxy has decided against
    /// @param what begins the text that it gets
    default void require(Phase phase, ByteString hash, Status.Code code, String what)
            throws StatusException, InterruptedException {
        try {
            vote(phase, hash);
        } catch (VoteException e) {
            throw e.as(code, what);
        }
    }

    /// Ends the transaction for all nodes, because the change must not be made. Blocks; failures are only logged.
    void stop();
}
