package io.quaestor.transaction;

import java.util.List;

/// What an event has changed.
///
/// @param next    the transaction afterwards
/// @param answers who is told what now, in this order
/// @param waits   for whom is waited from now on
public record Step(Transaction next, List<Answer> answers, List<Wait> waits) {

    public Step {
        answers = List.copyOf(answers);
        waits = List.copyOf(waits);
    }
}
