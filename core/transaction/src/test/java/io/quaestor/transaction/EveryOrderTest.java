package io.quaestor.transaction;

import static io.quaestor.transaction.ModelPlan.Kind.CHANGE;
import static io.quaestor.transaction.ModelPlan.Kind.HOOK;
import static io.quaestor.transaction.ModelPlan.Kind.LAST;
import static io.quaestor.transaction.ModelPlan.Kind.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.WriteOutcome.Changed;
import io.quaestor.transaction.WriteOutcome.Unchanged;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every order of votes, answers, writes, confirmations, deaths, limits and cancellations, for one to three secondaries
/// (architecture: the outcome rule). What must hold is in [ModelRules].
class EveryOrderTest {

    static Stream<ModelPlan> plans() {
        return Stream.of(
                ModelPlan.of(1, CHANGE),
                ModelPlan.of(1, HOOK, CHANGE, CHANGE, LAST),
                ModelPlan.of(1, SILENT, LAST),
                ModelPlan.of(2, CHANGE),
                ModelPlan.of(2, SILENT).withoutZombies(),
                ModelPlan.of(2, CHANGE, LAST).withoutZombies().withFaults(3),
                ModelPlan.of(2, CHANGE, CHANGE).withoutZombies().withFaults(2),
                ModelPlan.of(3, CHANGE, LAST).withoutZombies().withFaults(2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void whateverHappensTheRulesHold(ModelPlan plan) {
        int states = visitAll(plan);

        System.out.println(plan + ": " + states + " states");
        assertThat(states).isGreaterThan(1000);
    }

    private static final WriteOutcome NOTHING = new Unchanged("nothing", false);

    @Test
    void noticesWhenOnlyTheLastRoundIsJudged() { // RT 11.1: a node that dies after its last vote poisons the result
        var plan = ModelPlan.of(2, CHANGE).judgedBy(EveryOrderTest::byTheLastRound);

        assertThat(breaks(ModelRules.NOT_FOR_NOTHING, plan)).isTrue();
        assertThat(breaks(ModelRules.SURVIVES, plan)).isTrue();
    }

    @Test
    void noticesWhenADeadPrimaryIsStillTheTruth() {
        var plan = ModelPlan.of(1, CHANGE).judgedBy(attempt -> upToDate(attempt, attempt.primary()::equals));

        assertThat(breaks(ModelRules.SURVIVES, plan)).isTrue();
    }

    @Test
    void noticesWhenAPermissionIsTakenForTheChange() {
        var plan = ModelPlan.of(1, CHANGE).judgedBy(attempt -> upToDate(attempt, node -> has(attempt, node)));

        assertThat(breaks(ModelRules.SAME, plan)).isTrue();
    }

    private static boolean has(WriteAttempt attempt, StorageName node) {
        var transaction = attempt.transaction().orElseThrow();
        return transaction.mayBeWriting(node) || transaction.confirmed(node).length() > 0;
    }

    @Test
    void noticesWhenAFailedCallIsTakenForNoChange() {
        var plan = ModelPlan.of(1, CHANGE).judgedBy(when(attempt -> !isOk(attempt), _ -> NOTHING));

        assertThat(breaks(ModelRules.RECORDED, plan)).isTrue();
    }

    @Test
    void noticesWhenAWriteThatWasAnsweredIsLost() {
        var plan = ModelPlan.of(1, CHANGE).judgedBy(when(EveryOrderTest::isOk, _ -> NOTHING));

        assertThat(breaks(ModelRules.TOLD_OK, plan)).isTrue();
    }

    private static boolean isOk(WriteAttempt attempt) {
        return attempt.end(attempt.primary()).kind() == NodeEnd.Kind.OK;
    }

    @Test
    void noticesAQuorumWithoutThePrimary() {
        assertThat(breaks(ModelRules.QUORUM, ModelPlan.of(2, CHANGE).among(names -> equals(names, 2)))).isTrue();
    }

    @Test
    void noticesWhenTheAbsentFailAWrite() {
        assertThat(breaks(ModelRules.NOT_FAILED, ModelPlan.of(2, CHANGE).among(names -> equals(names, 3)))).isTrue();
    }

    @Test
    void noticesWhenThePrimaryDoesNotGoFirst() {
        assertThat(breaks(ModelRules.LED, ModelPlan.of(1, CHANGE).among(names -> equals(names, 2)))).isTrue();
    }

    private static Electorate equals(List<StorageName> names, int threshold) {
        var weights = names.stream().collect(Collectors.toMap(name -> name, _ -> 1));
        return new Electorate(Optional.empty(), weights, threshold);
    }

    @Test
    void noticesAnAbortWhereOthersWerePermitted() {
        var plan = ModelPlan.of(2, CHANGE).withFaults(1).tamperedBy(step -> {
            var answers = step.answers().stream()
                    .map(a -> a.result() instanceof VoteResult.Withheld
                            ? new Answer(a.voter(), new VoteResult.Abort(0, 0))
                            : a);
            return new Step(step.next(), answers.toList(), step.waits());
        });

        assertThat(breaks(ModelRules.ONE_ANSWER, plan)).isTrue();
    }

    @Test
    void noticesWhenThoseWhoGoOnAreCancelled() {
        var plan = ModelPlan.of(2, CHANGE, LAST).tamperedBy(step -> {
            boolean over = !step.next().isPermitted() || step.next().state() != Transaction.State.OPEN;
            return over ? step : new Step(step.next().end().next(), step.answers(), step.waits());
        });

        assertThat(breaks(ModelRules.NOT_CANCELLED, plan)).isTrue();
    }

    @Test
    void noticesWhenNobodyLooksAtTheTime() {
        var plan = ModelPlan.of(1, CHANGE).tamperedBy(step -> new Step(step.next(), step.answers(), List.of()));

        assertThat(breaks(ModelRules.BOUNDED, plan)).isTrue();
    }

    /// Praefect's rule (RT 4.6).
    private static WriteOutcome byTheLastRound(WriteAttempt attempt) {
        var transaction = attempt.transaction().orElseThrow();
        boolean all = attempt.ends().keySet().stream()
                .allMatch(node -> transaction.describe(node).equals(Optional.of("committed")));
        return upToDate(attempt, node -> node.equals(attempt.primary()) || all);
    }

    private static Function<WriteAttempt, WriteOutcome> when(
            Predicate<WriteAttempt> condition, Function<WriteAttempt, WriteOutcome> then) {
        return attempt -> condition.test(attempt) ? then.apply(attempt) : WriteOutcome.of(attempt);
    }

    private static WriteOutcome upToDate(WriteAttempt attempt, Predicate<StorageName> which) {
        if (!attempt.isPermitted()) {
            return NOTHING;
        }
        var causes = new LinkedHashMap<StorageName, Cause>();
        attempt.ends().keySet().forEach(n -> causes.put(n, which.test(n) ? Cause.UPDATED : Cause.NOT_COMMITTED));
        return new Changed(attempt.primary(), causes, "so it is");
    }

    /// Whether a plan breaks a rule.
    private static boolean breaks(String rule, ModelPlan plan) {
        try {
            visitAll(plan.telling(broken -> {
                if (broken.rule().equals(rule)) {
                    throw broken;
                }
            }));
            return false;
        } catch (ModelRules.Broken _) {
            return true;
        }
    }

    /// @return how many states there are
    private static int visitAll(ModelPlan plan) {
        var seen = new HashSet<String>();
        var open = new ArrayDeque<Model>();
        var first = Model.begin(plan);
        seen.add(ModelKey.of(first));
        open.add(first);
        while (!open.isEmpty()) {
            var model = open.removeLast();
            if (model.isOver()) {
                ModelRules.ofOutcome(model);
                continue;
            }
            for (var next : model.next()) {
                if (seen.add(ModelKey.of(next))) {
                    open.add(next);
                }
            }
        }
        return seen.size();
    }
}
