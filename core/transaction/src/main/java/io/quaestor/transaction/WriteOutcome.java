package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Collections;
import java.util.Comparator;
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
///  yes                          VANISHED,             the secondary's that ended its call itself and confirmed most; else
///                               NOT_REACHED           the one's that vanished and is known to write nothing any more, and
///                                                     confirmed most; else the primary's
///
///  a replica against that       and it is
///  confirmed the same           up to date; where all nodes end alike, only if it ended like the primary
///  confirmed something else,    outdated
///  or less, or more
///  was permitted something and  outdated, unless its own content counts
///  has not confirmed it
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
        var primaryEnd = attempt.end(attempt.primary());
        boolean told = attempt.creation() && primaryEnd.kind() == NodeEnd.Kind.OK; // somebody believes that it exists
        if (!attempt.isPermitted() && !attempt.outsideVotes() && !told) {
            return new Unchanged("nobody was permitted to change anything", false);
        }
        if (attempt.ends().keySet().stream().noneMatch(attempt::isReached)) {
            return new Unchanged("no node was reached", false);
        }
        if (primaryEnd.isAnswer()) {
            return changed(attempt, attempt.primary(), "the primary has ended the call");
        }
        boolean reached = attempt.isReached(attempt.primary());
        var lost = reached ? "the primary was lost" : "the primary was not reached";
        return successor(attempt)
                .map(node -> changed(attempt, node, lost + ", and " + node + " is the best witness"))
                .orElseGet(() -> changed(attempt, attempt.primary(), lost + ", and nobody else can tell"));
    }

    /// Where the primary was lost: the secondary whose content counts.
    private static Optional<StorageName> successor(WriteAttempt attempt) {
        return attempt.ends().keySet().stream()
                .filter(node -> !node.equals(attempt.primary()) && isWitness(attempt, node))
                .max(Comparator.<StorageName, Boolean>comparing(node -> attempt.end(node).isAnswer())
                        .thenComparingInt(node -> attempt.confirmed(node).length())
                        .thenComparing(attempt::isKnown)
                        .thenComparing(node -> attempt.end(node).kind() == NodeEnd.Kind.OK));
    }

    /// Whether it lives, or may come back with a content that is known. One that was never reached is no better than the
    /// primary, which may have more.
    private static boolean isWitness(WriteAttempt attempt, StorageName node) {
        return switch (attempt.end(node).kind()) {
            case OK, FAILED -> true;
            case VANISHED -> attempt.isKnown(node);
            case NOT_REACHED -> false;
        };
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

    private static boolean exists(WriteAttempt attempt, StorageName node) {
        return attempt.end(node).kind() == NodeEnd.Kind.OK || attempt.confirmed(node).length() > 0;
    }

    private static Cause cause(WriteAttempt attempt, StorageName reference, StorageName node) {
        var end = attempt.end(node);
        boolean untouched = !attempt.isReached(node) && !attempt.isReached(reference);
        if (!attempt.isPermitted() && !untouched) {
            return Cause.NO_VOTES;
        }
        if (!attempt.isSame(node, reference)) {
            return end.kind() == NodeEnd.Kind.VANISHED ? Cause.VANISHED : Cause.NOT_COMMITTED;
        }
        return endedOtherwise(attempt, reference, node) ? Cause.ENDED_OTHERWISE : Cause.UPDATED;
    }

    /// Compared with the primary only: where it was lost, that is why others may have ended in different ways.
    private static boolean endedOtherwise(WriteAttempt attempt, StorageName reference, StorageName node) {
        var end = attempt.end(node);
        return attempt.endsAlike()
                && reference.equals(attempt.primary())
                && end.isAnswer()
                && attempt.end(reference).isAnswer()
                && !end.equals(attempt.end(reference));
    }
}
