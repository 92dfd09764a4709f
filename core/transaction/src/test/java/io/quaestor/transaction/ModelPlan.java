package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// What happens in a [Model].
///
/// @param steps      what each node does, one after another
/// @param faults     how many things may go wrong in one order of events
/// @param zombies    whether nodes that count as lost may go on
/// @param electorate of these nodes, the primary first
/// @param judge      who has the write
/// @param tamper     changes what the transaction says: the rules must notice
/// @param broken     hears of rules that are broken
record ModelPlan(
        int secondaries,
        List<Kind> steps,
        int faults,
        boolean zombies,
        Function<List<StorageName>, Electorate> electorate,
        Function<WriteAttempt, WriteOutcome> judge,
        UnaryOperator<Step> tamper,
        Consumer<ModelRules.Broken> broken) {

    static final int ANY_NUMBER = Integer.MAX_VALUE;

    enum Kind {

        /// They wait for each other.
        HOOK(VotePhase.SYNCHRONIZED),

        /// They vote, write, and vote that they did.
        CHANGE(VotePhase.PREPARED),

        /// They vote once, before they write.
        SILENT(VotePhase.UNKNOWN),

        /// The vote of zeros that ends a push.
        LAST(VotePhase.COMMITTED);

        final VotePhase phase;

        Kind(VotePhase phase) {
            this.phase = phase;
        }

        boolean changes() {
            return this == CHANGE || this == SILENT;
        }
    }

    static ModelPlan of(int secondaries, Kind... steps) {
        return new ModelPlan(
                secondaries,
                List.of(steps),
                ANY_NUMBER,
                true,
                names -> Electorate.of(names.getFirst(), names.subList(1, names.size())),
                WriteOutcome::of,
                UnaryOperator.identity(),
                broken -> {
                    throw broken;
                });
    }

    ModelPlan withFaults(int most) {
        return new ModelPlan(secondaries, steps, most, zombies, electorate, judge, tamper, broken);
    }

    ModelPlan withoutZombies() {
        return new ModelPlan(secondaries, steps, faults, false, electorate, judge, tamper, broken);
    }

    ModelPlan among(Function<List<StorageName>, Electorate> other) {
        return new ModelPlan(secondaries, steps, faults, zombies, other, judge, tamper, broken);
    }

    ModelPlan judgedBy(Function<WriteAttempt, WriteOutcome> other) {
        return new ModelPlan(secondaries, steps, faults, zombies, electorate, other, tamper, broken);
    }

    ModelPlan tamperedBy(UnaryOperator<Step> other) {
        return new ModelPlan(secondaries, steps, faults, zombies, electorate, judge, other, broken);
    }

    ModelPlan telling(Consumer<ModelRules.Broken> other) {
        return new ModelPlan(secondaries, steps, faults, zombies, electorate, judge, tamper, other);
    }

    @Override
    public String toString() {
        var limit = faults == ANY_NUMBER ? "" : ", " + faults + " faults";
        return secondaries + " secondaries, " + steps + limit + (zombies ? ", the lost go on" : "");
    }
}
