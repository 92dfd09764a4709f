package io.quaestor.coordinator;

import io.quaestor.transaction.VotePhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What becomes of one write, step by step:
///
/// ```text
///  g1:Pa    g1 votes for the change a; phases are P PREPARED, C COMMITTED, S SYNCHRONIZED, A PREPARING, U UNKNOWN
///  all:Pa   so do all whose call has not ended, the primary first
///  n1:Pa    so does the primary, and n2 is the first secondary
///  g1+      g1 says OK            g1-   it fails           g1~   it fails in another way
///  g1!      its connection is lost                         g1?   nothing has ever reached it
///  stop     the primary stops the transaction              gone  the client goes
///  5s       time goes by
/// ```
///
/// What voters were told: `C` COMMIT, `A` ABORT, `S` STOP, `X` cancelled, `U` unavailable, `I` internal, `.` nothing yet.
final class WriteStory {

    private static final Map<Character, VotePhase> PHASES = Map.of(
            'P', VotePhase.PREPARED,
            'C', VotePhase.COMMITTED,
            'S', VotePhase.SYNCHRONIZED,
            'A', VotePhase.PREPARING,
            'U', VotePhase.UNKNOWN);

    private final ProxyFixture proxy;
    private final ScriptedExchange call;
    private final Map<String, List<CastReply>> replies = new LinkedHashMap<>();

    private WriteStory(ProxyFixture proxy, ScriptedExchange call) {
        this.proxy = proxy;
        this.call = call;
    }

    static WriteStory play(ProxyFixture proxy, ScriptedExchange call, String story) throws InterruptedException {
        return new WriteStory(proxy, call.awaitDecision()).then(story);
    }

    WriteStory then(String story) throws InterruptedException {
        for (var step : story.split(" +")) {
            step(step);
        }
        return this;
    }

    private void step(String step) throws InterruptedException {
        if (step.equals("stop")) {
            call.stop(call.storages().getFirst());
        } else if (step.equals("gone")) {
            call.clientGoes();
        } else if (step.matches("\\d+s")) {
            proxy.advance(Duration.ofSeconds(Long.parseLong(step.substring(0, step.length() - 1))));
        } else {
            for (var node : step.startsWith("all") ? call.live() : List.of(named(step.substring(0, 2)))) {
                act(node, step.substring(step.startsWith("all") ? 3 : 2));
            }
        }
    }

    private String named(String name) throws InterruptedException {
        return name.startsWith("n") ? call.storages().get(name.charAt(1) - '1') : name;
    }

    private void act(String node, String act) throws InterruptedException {
        switch (act.charAt(0)) {
            case ':' -> replies.computeIfAbsent(node, _ -> new ArrayList<>())
                    .add(call.vote(node, PHASES.get(act.charAt(1)), act.charAt(2)));
            case '+' -> call.ok(node);
            case '-' -> call.fails(node);
            case '~' -> call.end(node, StatusCode.ABORTED, "something else", true, true);
            case '!' -> call.dies(node);
            case '?' -> call.isNotReached(node);
            default -> throw new IllegalArgumentException(act);
        }
    }

    /// As in `g1=CC g2=CA`, in the order of the destinations.
    String answers() throws InterruptedException {
        return call.storages().stream()
                .filter(replies::containsKey)
                .map(node -> node + "="
                        + replies.get(node).stream().map(WriteStory::letter).collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
    }

    private static String letter(CastReply reply) {
        var told = reply.toString();
        return switch (told) {
            case "waits" -> ".";
            case "COMMIT" -> "C";
            case "ABORT" -> "A";
            case "STOP" -> "S";
            default ->
                told.startsWith("CANCELLED") ? "X" : told.startsWith("UNAVAILABLE") ? "U" : told.startsWith("INTERNAL") ? "I" : told;
        };
    }
}
