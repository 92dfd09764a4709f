package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Names a state of a [Model]. States that differ only by which secondary is which have the same name.
final class ModelKey {

    private ModelKey() {}

    static String of(Model model) {
        var transaction = model.transaction;
        var text = new StringBuilder();
        text.append(transaction.state().ordinal())
                .append(transaction.gate.ordinal())
                .append(transaction.permissions)
                .append(model.timers);
        if (model.plan.faults() != ModelPlan.ANY_NUMBER) {
            text.append('f').append(model.faults);
        }
        var rounds = transaction.rounds;
        for (int number = rounds.first(); number < rounds.end(); number++) {
            round(text.append('|').append(number), rounds.get(number));
        }
        model.said.forEach((round, said) -> {
            text.append('s').append(round).append(said.permitted() ? '+' : '-');
            said.committed().stream().map(ModelKey::of).sorted().forEach(text::append);
            text.append('/');
            said.aborted().stream().map(ModelKey::of).sorted().forEach(text::append);
        });
        var secondaries = new ArrayList<String>();
        for (var node : model.nodes.subList(1, model.nodes.size())) {
            secondaries.add(of(model, node));
        }
        secondaries.sort(null);
        text.append(of(model, model.primary()));
        secondaries.forEach(text::append);
        return text.toString();
    }

    private static void round(StringBuilder text, Slot slot) {
        text.append(slot.permits() ? 'p' : '-')
                .append(slot.permitted() ? 'p' : '-')
                .append(slot.led() ? 'l' : '-')
                .append(slot.hurried() ? 'h' : '-')
                .append(slot.announced().contains(Wait.Reason.QUORUM_REACHED) ? 'q' : '-')
                .append(slot.announced().contains(Wait.Reason.PRIMARY_WAITS) ? 'w' : '-');
        switch (slot.round()) {
            case VotingRound.Open open -> text.append(open.terms().ordinal());
            case VotingRound.Committed committed ->
                text.append('C').append(of(committed.vote())).append(committed.reached());
            case VotingRound.Failed failed -> text.append('F').append(failed.reached()).append(failed.needed());
        }
    }

    private static String of(Model model, ModelNode node) {
        var text = new StringBuilder();
        text.append('#')
                .append(node.life().ordinal())
                .append(node.step())
                .append(node.dissents() ? '!' : '=')
                .append(node.written())
                .append('k')
                .append(node.known().map(k -> k.ordinal()).orElse(9));
        var name = node.name();
        model.said.forEach((round, said) -> vote(text.append(','), said.votes(), name));
        var standing = model.transaction.standings.get(name);
        if (standing == null) {
            return text.toString();
        }
        text.append('.')
                .append(standing.state().ordinal())
                .append(standing.round())
                .append(standing.waits() ? 'w' : '-')
                .append(standing.permitted().map(ModelKey::of).orElse("-"))
                .append(standing.silently() ? 's' : '-')
                .append(standing.unclear() ? 'u' : '-')
                .append(standing.confirmed().length());
        for (var slot : model.transaction.rounds.all()) {
            if (slot.round() instanceof VotingRound.Open open) {
                vote(text.append(open.withdrawn().contains(name) ? '!' : ':'), open.votes(), name);
            }
            text.append(slot.waiting().containsKey(name) ? 'w' : '-');
        }
        return text.toString();
    }

    private static void vote(StringBuilder text, Map<StorageName, Vote> votes, StorageName name) {
        var vote = votes.get(name);
        if (vote != null) {
            text.append(of(vote));
        }
    }

    private static String of(Vote vote) {
        return vote.first() + (vote.second() == 0 ? "a" : "b");
    }
}
