package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.sandbox.git.HookHandler;
import io.quaestor.sandbox.git.HookQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers git's hooks by votes (RT 4.5).
///
/// The hooks that would ask GitLab run on the primary only. All nodes vote after them, so that no secondary locks
/// references before it is known that the change is wanted.
///
/// @param rejectsPushes whether the primary's pre-receive hook refuses everything
record VotingHooks(Voter voter, boolean rejectsPushes) implements HookHandler {

    private static final Logger LOG = LoggerFactory.getLogger(VotingHooks.class);

    @Override
    public Optional<String> asked(HookQuestion question) throws IOException, InterruptedException {
        try {
            return switch (question.hook()) {
                case "reference-transaction" -> change(question);
                case "pre-receive" -> preReceive();
                default -> synchronize(question.hook());
            };
        } catch (VoteException e) {
            LOG.info("{} {}: {}", question.hook(), question.state(), e.getMessage());
            return Optional.of((question.state().isEmpty() ? "synchronizing " : "") + question.hook() + " hook: vote failed: " + e.getMessage());
        }
    }

    private Optional<String> change(HookQuestion question) throws IOException, VoteException, InterruptedException {
        Optional<ByteString> hash;
        try (var changes = Files.newInputStream(question.input())) {
            hash = ReferenceChanges.vote(changes);
        }
        if (hash.isPresent()) {
            voter.vote(question.state().equals("prepared") ? Phase.PREPARED_PHASE : Phase.COMMITTED_PHASE, hash.get());
        }
        return Optional.empty();
    }

    private Optional<String> preReceive() throws VoteException, InterruptedException {
        if (rejectsPushes && voter.isPrimary()) {
            voter.stop();
            return Optional.of("this node rejects pushes");
        }
        return synchronize("pre-receive");
    }

    private Optional<String> synchronize(String hook) throws VoteException, InterruptedException {
        voter.vote(Phase.SYNCHRONIZED_PHASE, Voter.hash("synchronize " + hook + " hook"));
        return Optional.empty();
    }
}
