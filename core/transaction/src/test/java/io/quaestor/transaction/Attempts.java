package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.WriteOutcome.Changed;
import io.quaestor.transaction.WriteOutcome.Unchanged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.Collectors;

/// Tells a write and its end in two lines: how nodes voted, as in [Story], and how their calls ended.
///
/// `P s1=x s2! s3- l<` means: the call ended with OK at the primary, with the failure `x` at `s1`, and was lost at `s2`;
/// `s3` was not reached, and the lagging `l` not asked.
final class Attempts {

    private Attempts() {}

    /// What may be said of a write besides.
    enum Kind {
        /// Nothing: every change is voted on, and nodes that did the same end alike.
        PLAIN,
        /// Hooks run on the primary only.
        HOOKS,
        /// Nodes may write without a permission.
        OUTSIDE_VOTES,
        /// The repository is new.
        CREATION,
        /// Both.
        CREATION_OUTSIDE_VOTES
    }

    /// @param votes as in [Story], `none` for no votes, `no transaction` for a write that is not voted on
    static WriteAttempt of(Kind kind, String votes, String ends) {
        var all = new LinkedHashMap<StorageName, NodeEnd>();
        var lagging = new ArrayList<StorageName>();
        for (var word : ends.split(" ")) {
            char last = word.charAt(word.length() - 1);
            var name = Story.name(word.replaceFirst("[=!<-].*", ""));
            if (last == '<') {
                lagging.add(name);
            } else {
                all.put(name, end(word, last));
            }
        }
        Optional<Transaction> transaction = Optional.empty();
        if (!votes.equals("no transaction")) {
            var story = Story.of(all.size() - 1).allowed();
            if (!votes.equals("none")) {
                story.tell(votes);
            }
            all.forEach((node, end) -> {
                switch (end.kind()) {
                    case OK -> story.tell(node + ".");
                    case FAILED -> story.tell((node.value().equals("P") ? "forbid " : "") + node + "!");
                    case VANISHED -> story.tell(node + "!");
                    case NOT_REACHED -> story.tell(node + "-");
                }
            });
            story.tell("end");
            transaction = Optional.of(story.transaction());
        }
        boolean outside = kind == Kind.OUTSIDE_VOTES || kind == Kind.CREATION_OUTSIDE_VOTES;
        boolean creation = kind == Kind.CREATION || kind == Kind.CREATION_OUTSIDE_VOTES;
        return new WriteAttempt(
                Story.name("P"), all, lagging, transaction, outside, kind != Kind.HOOKS, creation);
    }

    private static NodeEnd end(String word, char last) {
        if (word.contains("=")) {
            return new NodeEnd(NodeEnd.Kind.FAILED, word.replaceFirst(".*=", ""));
        }
        return new NodeEnd(
                switch (last) {
                    case '!' -> NodeEnd.Kind.VANISHED;
                    case '-' -> NodeEnd.Kind.NOT_REACHED;
                    default -> NodeEnd.Kind.OK;
                },
                "");
    }

    /// `unchanged`, `leftovers`, or whose content counts, and the cause of each replica, `+` for up to date, as in
    /// `P: P+ s1:no-votes`.
    static String judged(WriteAttempt attempt) {
        return switch (WriteOutcome.of(attempt)) {
            case Unchanged unchanged -> unchanged.leftovers() ? "leftovers" : "unchanged";
            case Changed changed -> changed.causes().entrySet().stream()
                    .map(e -> e.getKey() + (e.getValue() == Cause.UPDATED ? "+" : ":" + e.getValue().label()))
                    .collect(Collectors.joining(" ", changed.reference() + ": ", ""));
        };
    }
}
