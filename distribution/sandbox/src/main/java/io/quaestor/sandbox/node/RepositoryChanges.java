package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.messages.ObjectFormat;
import io.quaestor.messages.Repository;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.sandbox.git.Git;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done to repositories with the consent of all nodes that take part in the call's transaction.
final class RepositoryChanges {

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryChanges.class);

    private static final Duration SHORT = Duration.ofMinutes(2);

    /// How long a creation, removal or replication waits for another one.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Git waits less for a locked reference; but that is no lock in a process that other work may hold up.
    private static final Duration HEAD_PATIENCE = Duration.ofSeconds(1);

    private final Storage storage;
    private final Repositories repositories;
    private final Git git;
    private final Voting voting;
    private final RepositoryLocks locks = new RepositoryLocks(PATIENCE);
    private final RepositoryLocks heads = new RepositoryLocks(HEAD_PATIENCE);

    RepositoryChanges(Storage storage, Repositories repositories, Git git, Voting voting) {
        this.storage = storage;
        this.repositories = repositories;
        this.git = git;
        this.voting = voting;
    }

    /// Keeps creation, removal and replication of one repository apart.
    RepositoryLocks locks() {
        return locks;
    }

    void create(Repository wanted, ByteString defaultBranch, ObjectFormat format, Voter voter)
            throws IOException, InterruptedException, StatusException {
        var place = storage.path(wanted);
        storage.requireVacant(place);
        var workshop = storage.workshop();
        try {
            var built = repositories.init(workshop, Repositories.nameOf(format));
            if (!defaultBranch.isEmpty()) {
                repositories.pointHead(built, "refs/heads/" + Repositories.text(defaultBranch));
            }
            locks.exclusively(place, () -> publish(built, place, voter));
        } finally {
            Trees.delete(workshop);
        }
    }

    /// Lets a finished repository appear if all nodes made the same; the caller holds its lock. When only the last vote
    /// fails, it has appeared.
    ///
    /// @throws StatusException `FAILED_PRECONDITION` without consent
    void publish(Path built, Path place, Voter voter) throws IOException, InterruptedException, StatusException {
        storage.requireVacant(place);
        var state = voter.isVoting() ? LogicalState.hash(git, repositories, built) : ByteString.EMPTY;
        var code = Status.Code.FAILED_PRECONDITION;
        voter.require(Phase.PREPARING_PHASE, state, code, "creating repository: preparatory vote");
        voter.require(Phase.PREPARED_PHASE, state, code, "creating repository: preparatory vote");
        storage.publish(built, place);
        voter.require(Phase.COMMITTED_PHASE, state, code, "creating repository: committing vote");
    }

    /// Votes before it waits for the lock, and on another text at each step (D19 2.1.5).
    ///
    /// @throws StatusException `INTERNAL` without consent
    void remove(Repository wanted, Voter voter) throws IOException, InterruptedException, StatusException {
        var place = storage.path(wanted);
        var path = wanted.getRelativePath();
        var code = Status.Code.INTERNAL;
        requireExisting(place);
        voter.require(Phase.PREPARING_PHASE, step("acquiring distributed lock", path), code, "vote on rename");
        locks.exclusively(place, () -> {
            requireExisting(place);
            voter.require(Phase.PREPARED_PHASE, step("pre-remove", path), code, "vote on rename");
            var grave = storage.bury(place);
            try {
                voter.require(Phase.COMMITTED_PHASE, step("post-remove", path), code, "vote on finalizing");
            } finally {
                Trees.delete(grave);
            }
        });
    }

    /// Sets a reference to what a revision names; a revision of zeros deletes it. HEAD is pointed at a reference.
    void writeRef(Path repository, String reference, String revision, String oldRevision, Voter voter)
            throws IOException, InterruptedException, StatusException {
        Repositories.requireRevision(revision);
        if (reference.equals("HEAD")) {
            pointHead(repository, revision, voter);
            return;
        }
        repositories.requireReferenceName(reference);
        var line = "update " + reference + "\0" + repositories.objectId(repository, revision) + "\0"
                + (oldRevision.isEmpty() ? "" : repositories.objectId(repository, oldRevision)) + "\0";
        try (var hooks = voting.references(voter)) {
            var result = git.finish(
                    hooks.on(Repositories.in(repository, "update-ref", "--stdin", "-z")),
                    line.getBytes(StandardCharsets.ISO_8859_1),
                    SHORT.plus(voter.longest().multipliedBy(2)));
            if (!result.succeeded()) {
                throw Status.INTERNAL.withDescription(result.stderr()).asException();
            }
        }
    }

    /// Points HEAD at a reference. Votes on what Git's hook would be told by versions that run it for HEAD, which 2.39
    /// does not; and as with a hook, it is too late when the second vote fails.
    ///
    /// @throws StatusException `INTERNAL` without consent
    void pointHead(Path repository, String reference, Voter voter)
            throws IOException, InterruptedException, StatusException {
        if (!voter.isVoting()) {
            repositories.pointHead(repository, reference);
            return;
        }
        repositories.requireReferenceName(reference);
        var zeros = repositories.objectFormat(repository).equals("sha256") ? 64 : 40;
        var change = Voter.hash("0".repeat(zeros) + " ref:" + reference + " HEAD\n");
        heads.exclusively(repository, () -> {
            voter.require(Phase.PREPARED_PHASE, change, Status.Code.INTERNAL, "setting default branch");
            repositories.pointHead(repository, reference);
            confirm(change, voter);
        });
    }

    private static void confirm(ByteString change, Voter voter) throws InterruptedException {
        try {
            voter.vote(Phase.COMMITTED_PHASE, change);
        } catch (VoteException e) {
            LOG.info("HEAD has changed, but: {}", e.getMessage());
        }
    }

    private static ByteString step(String step, String path) {
        return ByteString.copyFrom(
                Sha1.digest().digest((step + " " + path).getBytes(StandardCharsets.UTF_8)));
    }

    private static void requireExisting(Path place) throws StatusException {
        if (!Storage.isRepository(place)) {
            throw Status.NOT_FOUND
                    .withDescription("repository does not exist")
                    .asException();
        }
    }
}
