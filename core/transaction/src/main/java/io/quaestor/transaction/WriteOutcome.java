package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.HashSet;
import java.util.Set;

/// Who has a write, judged by how it ended. While replicas do not vote, only the primary gets writes; so either nothing
/// was changed, or everybody else is outdated.
///
/// ```text
///  primary's end    a known repository          a new repository
///  OK               changed                     changed
///  FAILED           changed: it may have        unchanged: the failure says
///                   written before it failed    that there is none
///  VANISHED         changed: it may have        unchanged, and the files that
///                   written                     may be there belong to nobody
///  NOT_REACHED      unchanged                   unchanged
/// ```
public sealed interface WriteOutcome {

    /// Why it was judged so, in a few words without a full stop.
    String reason();

    /// Nobody changed anything that counts: nothing is recorded.
    record Unchanged(String reason) implements WriteOutcome {}

    /// Something may have changed.
    ///
    /// @param upToDate who has it; the primary among them
    /// @param outdated who has not, and needs a repair
    record Changed(Set<StorageName> upToDate, Set<StorageName> outdated, String reason) implements WriteOutcome {}

    /// Judges.
    static WriteOutcome of(WriteAttempt attempt) {
        return switch (attempt.primaryEnd()) {
            case OK -> changed(attempt, "the primary wrote");
            case NOT_REACHED -> new Unchanged("the primary was not reached");
            case FAILED ->
                attempt.creation()
                        ? new Unchanged("the primary did not create the repository")
                        : changed(attempt, "the primary failed, and may have written before");
            case VANISHED ->
                attempt.creation()
                        ? new Unchanged("the primary was lost before it said that it had created the repository")
                        : changed(attempt, "the primary was lost, and may have written");
        };
    }

    private static Changed changed(WriteAttempt attempt, String reason) {
        var outdated = new HashSet<>(attempt.secondaries());
        outdated.addAll(attempt.lagging());
        return new Changed(Set.of(attempt.primary()), Set.copyOf(outdated), reason);
    }
}
