package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who has a write, judged by what each node confirmed and how its call ended.
///
/// ```text
///  was anything permitted,      the primary's end     whose content counts
///  or written outside votes?
///  no                           any                   nothing was changed
///  yes                          OK, FAILED            the primary's: it lives, so it is the truth
///  yes                          VANISHED,             the secondary's that confirmed most; where nobody else was
///                               NOT_REACHED           asked, the primary's, or nothing was changed
///
///  a replica against that       and it is
///  confirmed the same           up to date; where all nodes end alike, only if it ended like the reference
///  confirmed something else,    outdated
///  or less, or more
///
///  a new repository             nothing is recorded unless somebody made it
/// ```
///
/// A node that left after its last vote is judged by what it confirmed; it never makes others outdated.
public sealed interface WriteOutcome {

    /// Why it was judged so, in a few words without a full stop.
    String reason();

    /// Nobody changed anything that counts: nothing is recorded.
    ///
    /// @param leftovers whether files of a creation that failed may lie on nodes
    record Unchanged(String reason, boolean leftovers) implements WriteOutcome {}

    /// Something may have changed.
    ///
    /// @param reference whose content counts, and repairs copy from
    /// @param causes    of every replica, the reference among them
    record Changed(StorageName reference, Map<StorageName, Cause> causes, String reason) implements WriteOutcome {

        public Changed {
            causes = Collections.unmodifiableMap(new LinkedHashMap<>(causes));
        }

        /// Who has it.
        public Set<StorageName> upToDate() {
            return where(true);
        }

        /// Who has not, and needs a repair.
        public Set<StorageName> outdated() {
            return where(false);
        }

        private Set<StorageName> where(boolean updated) {
            var found = new LinkedHashSet<StorageName>();
            causes.forEach((storage, cause) -> {
                if ((cause == Cause.UPDATED) == updated) {
                    found.add(storage);
                }
            });
            return found;
        }
    }

    /// Judges.
    static WriteOutcome of(WriteAttempt attempt) {
        if (!attempt.isPermitted() && !attempt.outsideVotes()) {
            return new Unchanged("nobody was permitted to change anything", false);
        }
        var primaryEnd = attempt.end(attempt.primary());
        boolean nobodyReached = attempt.ends().values().stream().allMatch(e -> e.kind() == NodeEnd.Kind.NOT_REACHED);
        if (nobodyReached) {
            return new Unchanged("no node was reached", false);
        }
        if (primaryEnd.isAnswer()) {
            return changed(attempt, attempt.primary(), "the primary has ended the call");
        }
        return successor(attempt)
                .map(s -> changed(attempt, s, "the primary was lost, and " + s + " has confirmed most"))
                .orElseGet(() -> alone(attempt, primaryEnd));
    }

    /// The primary was lost, and nobody else can tell.
    private static WriteOutcome alone(WriteAttempt attempt, NodeEnd primaryEnd) {
        return primaryEnd.kind() == NodeEnd.Kind.NOT_REACHED
                ? new Unchanged("the primary was not reached", true)
                : changed(attempt, attempt.primary(), "the primary was lost, and may have written");
    }

    /// The secondary that has confirmed most, of these one that ended its call itself.
    private static Optional<StorageName> successor(WriteAttempt attempt) {
        StorageName best = null;
        for (var node : attempt.ends().keySet()) {
            boolean may = !node.equals(attempt.primary()) && isWitness(attempt, node);
            if (may && (best == null || rank(attempt, node) > rank(attempt, best))) {
                best = node;
            }
        }
        return Optional.ofNullable(best);
    }

    /// Whether what a node has is known: it ended its call, or has confirmed something. One that was permitted and then
    /// vanished may have written or not.
    private static boolean isWitness(WriteAttempt attempt, StorageName node) {
        var end = attempt.end(node);
        if (attempt.outsideVotes() || attempt.transaction().isEmpty()) {
            return end.isAnswer();
        }
        return end.isAnswer() || !attempt.transaction().get().mayBeWriting(node);
    }

    private static long rank(WriteAttempt attempt, StorageName node) {
        int answered = attempt.end(node).isAnswer() ? 1 : 0;
        return 2L * attempt.confirmed(node).length() + answered;
    }

    private static WriteOutcome changed(WriteAttempt attempt, StorageName reference, String reason) {
        if (attempt.creation() && !exists(attempt, reference)) {
            return new Unchanged(reason + ", and has no repository", true);
        }
        var causes = new LinkedHashMap<StorageName, Cause>();
        for (var node : attempt.ends().keySet()) {
            causes.put(node, node.equals(reference) ? Cause.UPDATED : cause(attempt, reference, node));
        }
        attempt.lagging().forEach(node -> causes.put(node, Cause.WAS_OUTDATED));
        return new Changed(reference, causes, reason);
    }

    private static boolean exists(WriteAttempt attempt, StorageName reference) {
        var end = attempt.end(reference);
        boolean confirms = attempt.transaction().isPresent() && !attempt.outsideVotes();
        return confirms ? attempt.confirmed(reference).length() > 0 : end.kind() == NodeEnd.Kind.OK;
    }

    private static Cause cause(WriteAttempt attempt, StorageName reference, StorageName node) {
        if (attempt.transaction().isEmpty()) {
            return Cause.NO_VOTES;
        }
        var end = attempt.end(node);
        var referenceEnd = attempt.end(reference);
        boolean same = attempt.confirmed(node).equals(attempt.confirmed(reference));
        var transaction = attempt.transaction().get();
        boolean open = transaction.mayBeWriting(node) || transaction.mayBeWriting(reference); // nobody knows what it did
        if (!same || open) {
            return end.kind() == NodeEnd.Kind.VANISHED ? Cause.VANISHED : Cause.NOT_COMMITTED;
        }
        if (!end.isAnswer()) {
            return attempt.outsideVotes() || end.kind() == NodeEnd.Kind.NOT_REACHED ? Cause.VANISHED : Cause.UPDATED;
        }
        boolean alike = !attempt.endsAlike() || !referenceEnd.isAnswer() || end.equals(referenceEnd);
        return alike ? Cause.UPDATED : Cause.ENDED_OTHERWISE;
    }
}
