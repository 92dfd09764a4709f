package io.quaestor.sandbox.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The commands of a running sandbox as words: `kill gitaly-2`, `status`, `stop`.
///
/// @param sandbox who obeys
/// @param quit    ends the sandbox; returns at once
record Commands(Sandbox sandbox, Runnable quit) {

    static final String HELP = "commands: status | stop, kill, freeze or revive NODE (or proxy) | stop (everything)";

    /// @param succeeded whether it was understood and carried out
    record Answer(boolean succeeded, List<String> lines) {

        Answer {
            lines = List.copyOf(lines);
        }
    }

    Answer obey(String line) throws InterruptedException {
        var words = List.of(line.strip().split("\\s+"));
        var command = words.getFirst().toLowerCase(Locale.ROOT);
        var targets = words.subList(1, words.size());
        if (command.equals("status")) {
            var lines = new ArrayList<>(sandbox.summary());
            lines.addAll(sandbox.status());
            return new Answer(true, lines);
        }
        if (command.equals("help")) {
            return new Answer(true, List.of(HELP));
        }
        if (command.equals("quit") || (command.equals("stop") && targets.isEmpty())) {
            quit.run();
            return new Answer(true, List.of("stopping everything"));
        }
        var order = order(command);
        if (order.isEmpty() || targets.isEmpty()) {
            return new Answer(false, List.of("not understood: " + line.strip(), HELP));
        }
        return carryOut(order.get(), targets);
    }

    private Answer carryOut(Order order, List<String> targets) throws InterruptedException {
        var lines = new ArrayList<String>();
        var succeeded = true;
        for (var target : targets) {
            try {
                lines.add(sandbox.order(order, target));
            } catch (IOException e) {
                succeeded = false;
                lines.add(String.valueOf(e.getMessage()));
            }
        }
        return new Answer(succeeded, lines);
    }

    private static Optional<Order> order(String word) {
        for (var order : Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }
}
