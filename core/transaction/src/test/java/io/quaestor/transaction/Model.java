package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.ModelNode.Life;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One write at a few nodes, as its proxy sees it: one state of a model that is small enough to visit all of them.
///
/// That a node is dead and nobody knows yet is the same as that it does nothing more. So there is one event for both, when
/// it becomes known: it is lost. A node that counts as lost may also live and go on.
final class Model {

    /// What was said in one round.
    ///
    /// @param votes     of each node
    /// @param committed votes that were told COMMIT
    /// @param aborted   votes that were told ABORT
    /// @param permitted whether anybody was permitted a change
    record Said(Map<StorageName, Vote> votes, Set<Vote> committed, Set<Vote> aborted, boolean permitted) {

        static final Said NOTHING = new Said(Map.of(), Set.of(), Set.of(), false);

        Said voting(StorageName voter, Vote vote) {
            var more = new HashMap<>(votes);
            more.put(voter, vote);
            return new Said(more, committed, aborted, permitted);
        }

        Said committing(Vote vote, boolean permits) {
            return new Said(votes, with(committed, vote), aborted, permitted || permits);
        }

        Said aborting(Vote vote) {
            return new Said(votes, committed, with(aborted, vote), permitted);
        }

        private static Set<Vote> with(Set<Vote> votes, Vote vote) {
            var more = new HashSet<>(votes);
            more.add(vote);
            return more;
        }
    }

    final ModelPlan plan;
    final Transaction transaction;
    final List<ModelNode> nodes;
    final Map<Integer, Said> said;
    final Set<Integer> timers;
    final int faults;
    private final @Nullable Model before;
    private final String event;

    private Model(
            ModelPlan plan,
            Transaction transaction,
            List<ModelNode> nodes,
            Map<Integer, Said> said,
            Set<Integer> timers,
            int faults,
            @Nullable Model before,
            String event) {
        this.plan = plan;
        this.transaction = transaction;
        this.nodes = nodes;
        this.said = said;
        this.timers = timers;
        this.faults = faults;
        this.before = before;
        this.event = event;
    }

    static Model begin(ModelPlan plan) {
        var nodes = new ArrayList<ModelNode>();
        nodes.add(ModelNode.fresh("P"));
        IntStream.rangeClosed(1, plan.secondaries()).forEach(i -> nodes.add(ModelNode.fresh("s" + i)));
        var electorate = plan.electorate().apply(nodes.stream().map(ModelNode::name).toList());
        var transaction = Transaction.begin(electorate, false);
        return new Model(plan, transaction, nodes, Map.of(), Set.of(), 0, null, "");
    }

    ModelNode primary() {
        return nodes.getFirst();
    }

    /// Whether the proxy waits for nobody any more.
    boolean isOver() {
        return nodes.stream().noneMatch(ModelNode::isOpen);
    }

    /// What led here.
    String story() {
        return before == null ? "" : (before.story() + ", " + event).replaceFirst("^, ", "");
    }

    /// Everything that can happen next.
    List<Model> next() {
        var found = new ArrayList<Model>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).isOpen() || plan.zombies()) {
                goOn(i, found);
            }
            if (nodes.get(i).isOpen() && mayGoWrong()) {
                goWrong(i, found);
            }
        }
        if (transaction.gate == Transaction.Gate.CLOSED) {
            found.add(then("allow", 0, transaction.allow()));
        }
        if (mayGoWrong() && transaction.gate != Transaction.Gate.SHUT) {
            found.add(then("forbid", 1, transaction.forbid()));
        }
        if (mayGoWrong() && transaction.state() == Transaction.State.OPEN && !transaction.isPermitted()) {
            found.add(then("client goes", 1, transaction.end()));
        }
        if (mayGoWrong()) {
            timers.forEach(round -> found.add(timeIsOver(round)));
        }
        return found;
    }

    private boolean mayGoWrong() {
        return faults < plan.faults();
    }

    private void goOn(int i, List<Model> found) {
        var node = nodes.get(i);
        switch (node.life()) {
            case READY -> {
                found.add(votes(i, false));
                if (i > 0 && plan.steps().get(node.step()).changes() && mayGoWrong()) {
                    found.add(votes(i, true));
                }
                if (i == 0 && mayGoWrong() && transaction.state() == Transaction.State.OPEN) {
                    found.add(with(i, node.now(Life.REFUSED)).then("P refuses", 1, transaction.stop()));
                }
            }
            case PERMITTED -> found.add(writes(i));
            case WRITTEN -> found.add(confirms(i));
            case REFUSED -> found.add(ends(i, node.now(Life.ENDED), NodeEnd.Kind.FAILED, 0));
            case DONE -> found.add(ends(i, node.now(Life.ENDED), NodeEnd.Kind.OK, 0));
            case WAITING, ENDED -> {}
        }
    }

    private void goWrong(int i, List<Model> found) {
        var node = nodes.get(i);
        if (node.life() != Life.REFUSED) {
            found.add(ends(i, node.now(Life.ENDED), NodeEnd.Kind.FAILED, 1));
        }
        found.add(ends(i, plan.zombies() ? node : node.now(Life.ENDED), NodeEnd.Kind.VANISHED, 1));
        if (node.isFresh()) {
            found.add(ends(i, node.now(Life.ENDED), NodeEnd.Kind.NOT_REACHED, 1));
        }
    }

    private Model votes(int i, boolean dissent) {
        var node = nodes.get(i).waiting(dissent);
        var kind = plan.steps().get(node.step());
        var vote = node.vote(kind);
        var standing = transaction.standings.get(node.name());
        var asking = with(i, node);
        if (standing != null && standing.isVoting() && transaction.state() == Transaction.State.OPEN) {
            int round = standing.round();
            asking = asking.with(round, said.getOrDefault(round, Said.NOTHING).voting(node.name(), vote));
        }
        var ballot = new Ballot(node.name(), vote, kind.phase);
        var what = node.name() + (dissent ? " votes otherwise" : " votes");
        return asking.then(what, dissent ? 1 : 0, transaction.cast(ballot));
    }

    private Model writes(int i) {
        var node = nodes.get(i).writes();
        boolean silent = plan.steps().get(node.step()) == ModelPlan.Kind.SILENT;
        var after = silent ? node.goesOn(plan.steps().size()) : node;
        return with(i, after).then(node.name() + " writes", 0, new Step(transaction, List.of(), List.of()));
    }

    private Model confirms(int i) {
        var node = nodes.get(i);
        var vote = node.vote(plan.steps().get(node.step()));
        var ballot = new Ballot(node.name(), vote, VotePhase.COMMITTED);
        return then(node.name() + " confirms", 0, transaction.cast(ballot));
    }

    private Model ends(int i, ModelNode after, NodeEnd.Kind kind, int cost) {
        if (!after.isOpen()) {
            return with(i, after).then(after.name() + " ends unheard", 0, new Step(transaction, List.of(), List.of()));
        }
        return with(i, after.knownAs(kind)).then(after.name() + " ends: " + kind, cost, end(i, after.name(), kind));
    }

    private Step end(int i, StorageName name, NodeEnd.Kind kind) {
        if (kind == NodeEnd.Kind.NOT_REACHED && i > 0) {
            return transaction.exclude(name);
        }
        if (kind == NodeEnd.Kind.FAILED && i == 0) { // what the primary could not do, nobody does
            var forbidden = transaction.forbid();
            var left = forbidden.next().leave(name, false);
            return new Step(left.next(), both(forbidden.answers(), left.answers()), both(forbidden.waits(), left.waits()));
        }
        return transaction.leave(name, kind == NodeEnd.Kind.OK);
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private Model timeIsOver(int round) {
        var left = new TreeSet<>(timers);
        left.remove(round);
        return new Model(plan, transaction, nodes, said, left, faults, before, event)
                .then("time is over in round " + round, 1, transaction.dismissAbsent(round));
    }

    private Model with(int i, ModelNode node) {
        var changed = new ArrayList<>(nodes);
        changed.set(i, node);
        return new Model(plan, transaction, changed, said, timers, faults, before, event);
    }

    private Model with(int round, Said other) {
        var more = new TreeMap<>(said);
        more.put(round, other);
        return new Model(plan, transaction, nodes, more, timers, faults, before, event);
    }

    /// Takes what the transaction says: voters hear their answers, and timers are started.
    private Model then(String what, int cost, Step untouched) {
        var step = plan.tamper().apply(untouched);
        var model = this;
        for (var answer : step.answers()) {
            model = model.hears(answer);
        }
        var running = new TreeSet<>(timers);
        step.waits().forEach(wait -> running.add(wait.round()));
        var after = new Model(
                plan, step.next(), model.nodes, model.said, running, faults + cost, this, what);
        ModelRules.ofSteps(this, step, after);
        return after;
    }

    private Model hears(Answer answer) {
        int i = IntStream.range(0, nodes.size())
                .filter(n -> nodes.get(n).name().equals(answer.voter()))
                .findFirst()
                .orElseThrow();
        var node = nodes.get(i);
        boolean commit = answer.result() instanceof VoteResult.Commit;
        if (node.life() == Life.WRITTEN) {
            return with(i, commit ? node.goesOn(plan.steps().size()) : node.now(Life.REFUSED));
        }
        if (node.life() != Life.WAITING) {
            return this;
        }
        var model = remember(node, answer.result());
        if (!commit) {
            return model.with(i, node.now(Life.REFUSED));
        }
        boolean changes = plan.steps().get(node.step()).changes();
        return model.with(i, changes ? node.now(Life.PERMITTED) : node.goesOn(plan.steps().size()));
    }

    private Model remember(ModelNode node, VoteResult result) {
        var standing = transaction.standings.get(node.name());
        if (standing == null || !standing.isVoting()) {
            return this; // it has no part in a round
        }
        var kind = plan.steps().get(node.step());
        var vote = node.vote(kind);
        var old = said.getOrDefault(standing.round(), Said.NOTHING);
        return switch (result) {
            case VoteResult.Commit _ -> with(standing.round(), old.committing(vote, kind.changes()));
            case VoteResult.Abort _ -> with(standing.round(), old.aborting(vote));
            case VoteResult.Stop _, VoteResult.Cancelled _, VoteResult.Invalid _, VoteResult.Withheld _ -> this;
        };
    }
}
