package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.ModelNode.Life;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// What holds in every state of a [Model], and at its ends (architecture: the outcome rule).
final class ModelRules {

    /// A rule is broken.
    static final class Broken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String rule;

        Broken(String rule, Model model, String detail) {
            super(rule + ": " + detail + "\nafter: " + model.story());
            this.rule = rule;
        }

        String rule() {
            return rule;
        }
    }

    static final String TOLD_OK = "a client was told OK, so the primary has it";
    static final String SAME = "who is up to date has exactly what the reference has";
    static final String RECORDED = "if anybody wrote, something is recorded";
    static final String SURVIVES = "a primary that dies takes nothing else with it";
    static final String NOT_FOR_NOTHING = "nobody is outdated for nothing";
    static final String ONE_ANSWER = "never COMMIT and ABORT for the same bytes in one round";
    static final String QUORUM = "no permission without a quorum, the primary's vote among it";
    static final String LED = "nobody has what the primary lives without";
    static final String NOT_FAILED = "who is gone does not fail what the primary and a quorum can make or have made";
    static final String NOT_CANCELLED = "after the first permission nobody is cancelled who has not left";
    static final String BOUNDED = "nobody waits without a limit";

    private ModelRules() {}

    /// What must hold whatever happens.
    static void ofSteps(Model before, Step step, Model after) {
        oneAnswer(after);
        quorum(before, step, after);
        notFailed(before, step, after);
        notCancelled(before, step, after);
        bounded(after);
    }

    private static void oneAnswer(Model after) {
        after.said.forEach((round, said) -> {
            if (said.committed().stream().anyMatch(said.aborted()::contains)) {
                after.plan.broken().accept(new Broken(ONE_ANSWER, after, "round " + round));
            }
        });
    }

    /// Weights and thresholds are those of RT 4.3 among all who were reached, worked out here once more.
    private static void quorum(Model before, Step step, Model after) {
        for (var answer : step.answers()) {
            var voter = node(before, answer.voter());
            boolean permission = answer.result() instanceof VoteResult.Commit
                    && voter.life() == Life.WAITING
                    && before.plan.steps().get(voter.step()).changes();
            if (!permission) {
                continue;
            }
            int round = before.transaction.standings.get(voter.name()).round();
            var votes = after.said.get(round).votes();
            var vote = votes.get(voter.name());
            boolean first = !before.said.getOrDefault(round, Model.Said.NOTHING).permitted();
            var inFavour = new HashSet<StorageName>();
            for (var node : after.nodes) {
                boolean stays = !first || !after.transaction.hasLeft(node.name());
                if (vote.equals(votes.get(node.name())) && stays) {
                    inFavour.add(node.name());
                }
            }
            if (!inFavour.contains(after.primary().name()) || inFavour.size() - 1 < needed(after)) {
                var detail = voter.name() + " in round " + round + " with " + inFavour;
                after.plan.broken().accept(new Broken(QUORUM, after, detail));
            }
        }
    }

    private static void notFailed(Model before, Step step, Model after) {
        var primary = before.primary();
        boolean aborted = primary.life() == Life.WAITING
                && step.answers().stream()
                        .anyMatch(a -> a.voter().equals(primary.name()) && a.result() instanceof VoteResult.Abort);
        if (!aborted) {
            return;
        }
        int round = before.transaction.standings.get(primary.name()).round();
        var votes = after.said.get(round).votes();
        var could = new HashSet<StorageName>();
        for (var node : after.nodes) {
            var standing = before.transaction.standings.get(node.name());
            boolean arrives = standing != null && standing.isVoting() && !after.transaction.hasLeft(node.name());
            boolean stays = arrives
                    && (standing.round() == round || after.transaction.standings.get(node.name()).isVoting());
            var vote = votes.get(node.name());
            if (stays && (vote == null || vote.equals(votes.get(primary.name())))) {
                could.add(node.name());
            }
        }
        boolean changes = before.plan.steps().get(primary.step()).changes();
        boolean made = before.transaction.isPermitted() && !changes;
        boolean mayMake = before.transaction.gate != Transaction.Gate.SHUT && could.size() - 1 >= needed(after);
        if (made || mayMake) {
            after.plan.broken().accept(new Broken(NOT_FAILED, after, "round " + round + ", could have been " + could));
        }
    }

    /// How many secondaries must agree with the primary (RT 4.3); those who are known never to have been reached are none.
    private static int needed(Model model) {
        int others = model.transaction.standings.size() - 1;
        return others > 1 ? (others + 1) / 2 : 0;
    }

    private static void notCancelled(Model before, Step step, Model after) {
        for (var answer : step.answers()) {
            boolean cancelled = answer.result() instanceof VoteResult.Cancelled;
            var standing = before.transaction.standings.get(answer.voter());
            boolean left = standing == null || standing.state() == Standing.State.LEFT;
            if (cancelled && !left && before.transaction.isPermitted() && node(after, answer.voter()).isOpen()) {
                after.plan.broken().accept(new Broken(NOT_CANCELLED, after, answer.voter().value()));
            }
        }
    }

    private static void bounded(Model model) {
        var transaction = model.transaction;
        var primary = transaction.standings.get(model.primary().name());
        transaction.standings.forEach((voter, standing) -> {
            boolean itsTurn = primary.isVoting() && primary.round() >= standing.round() && !primary.waits();
            boolean forPrimary = (itsTurn || primary.isAbsentIn(standing.round())) && model.primary().isOpen();
            boolean bounded = model.timers.contains(standing.round()) || transaction.wantsPermission() || forPrimary;
            if (standing.waits() && !bounded) {
                model.plan.broken().accept(new Broken(BOUNDED, model, voter + " in round " + standing.round()));
            }
        });
    }

    /// What must hold when the proxy judges.
    static void ofOutcome(Model model) {
        var ends = new LinkedHashMap<StorageName, NodeEnd>();
        model.nodes.forEach(n -> ends.put(n.name(), new NodeEnd(n.known().orElseThrow(), "")));
        var ended = model.plan.tamper().apply(model.transaction.end()).next();
        for (boolean alike : List.of(true, false)) {
            for (boolean creation : List.of(true, false)) {
                var attempt = new WriteAttempt(
                        model.primary().name(), ends, List.of(), Optional.of(ended), false, alike, creation);
                switch (model.plan.judge().apply(attempt)) {
                    case WriteOutcome.Unchanged unchanged -> unchanged(model, unchanged, creation);
                    case WriteOutcome.Changed changed -> changed(model, ended, changed, alike);
                }
            }
        }
    }

    private static void unchanged(Model model, WriteOutcome.Unchanged unchanged, boolean creation) {
        boolean anybody = model.nodes.stream().anyMatch(n -> !n.writtenAtMost().isEmpty());
        if (anybody && !(creation && unchanged.leftovers())) {
            model.plan.broken().accept(new Broken(RECORDED, model, unchanged.reason()));
        }
        boolean told = model.primary().known().equals(Optional.of(NodeEnd.Kind.OK));
        if (told && !model.primary().written().isEmpty()) {
            model.plan.broken().accept(new Broken(TOLD_OK, model, unchanged.reason()));
        }
    }

    private static void changed(
            Model model, Transaction transaction, WriteOutcome.Changed changed, boolean alike) {
        var upToDate = changed.upToDate();
        var primary = model.primary();
        if (primary.hasAnswered() && model.nodes.stream().anyMatch(n -> !primary.written().startsWith(n.writtenAtMost()))) {
            model.plan.broken().accept(new Broken(LED, model, changed.toString()));
        }
        if (primary.known().equals(Optional.of(NodeEnd.Kind.OK)) && !upToDate.contains(primary.name())) {
            model.plan.broken().accept(new Broken(TOLD_OK, model, changed.toString()));
        }
        var reference = node(model, changed.reference());
        for (var node : model.nodes) {
            boolean same = node.written().equals(reference.written()) && isSettled(node) && isSettled(reference);
            if (upToDate.contains(node.name()) && !node.equals(reference) && !same) {
                model.plan.broken().accept(new Broken(SAME, model, node.name() + ": " + changed));
            }
            boolean said = isClear(transaction, node) && isClear(transaction, reference);
            boolean endedSo = !alike || node.known().equals(primary.known()) || !node.hasAnswered();
            if (same && said && primary.hasAnswered() && endedSo && !upToDate.contains(node.name())) {
                model.plan.broken().accept(new Broken(NOT_FOR_NOTHING, model, node.name() + ": " + changed));
            }
            if (same && said && !primary.hasAnswered() && node.hasAnswered() && !upToDate.contains(node.name())) {
                model.plan.broken().accept(new Broken(SURVIVES, model, node.name() + ": " + changed));
            }
        }
        boolean anySurvives = model.nodes.stream().anyMatch(ModelNode::hasAnswered);
        boolean anyUpToDate = model.nodes.stream().anyMatch(n -> n.hasAnswered() && upToDate.contains(n.name()));
        if (!primary.hasAnswered() && anySurvives && !anyUpToDate) {
            model.plan.broken().accept(new Broken(SURVIVES, model, changed.toString()));
        }
    }

    private static ModelNode node(Model model, StorageName name) {
        return model.nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    }

    /// Whether it will write nothing more.
    private static boolean isSettled(ModelNode node) {
        return node.life() != Life.PERMITTED;
    }

    /// Whether it has said everything that it wrote, and is still waited for or has written what it was permitted.
    private static boolean isClear(Transaction transaction, ModelNode node) {
        return !transaction.mayBeWriting(node.name());
    }
}
