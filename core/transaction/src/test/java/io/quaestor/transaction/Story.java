package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Tells a transaction in one line, and hears what its voters are told.
///
/// | Word | Means |
/// |---|---|
/// | `P=a` | `P` casts a PREPARED vote `a`; `0` are zeros |
/// | `P*a`, `P~a`, `P?a`, `P^a` | the same in phase COMMITTED, SYNCHRONIZED, UNKNOWN, PREPARING |
/// | `s1!` | the call at `s1` has failed, or its vote was taken back; `s1.` it has ended with OK |
/// | `s1-` | `s1` was never reached |
/// | `late0` | nobody waits any longer for those who are absent from round 0 |
/// | `allow`, `forbid`, `stop`, `end` | as they say |
///
/// An answer is told as `P:commit`.
final class Story {

    private Transaction transaction;
    private final List<String> waits = new ArrayList<>();

    private Story(Transaction transaction) {
        this.transaction = transaction;
    }

    /// A write of a primary `P` and secondaries `s1`, `s2` …
    static Story of(int secondaries) {
        return among(electorate(secondaries));
    }

    static Electorate electorate(int secondaries) {
        var names = IntStream.rangeClosed(1, secondaries).mapToObj(i -> name("s" + i)).toList();
        return Electorate.of(name("P"), names);
    }

    /// Voters without a primary, told as `a2 b1 c0`: `b` has the weight 1.
    static Electorate equals(String voters, int threshold) {
        var weights = new LinkedHashMap<StorageName, Integer>();
        for (var voter : voters.split(" ")) {
            weights.put(name(voter.substring(0, 1)), Integer.parseInt(voter.substring(1)));
        }
        return new Electorate(Optional.empty(), weights, threshold);
    }

    static Story among(Electorate electorate) {
        return new Story(Transaction.begin(electorate, false));
    }

    static Story withPreparingApart(int secondaries) {
        return new Story(Transaction.begin(electorate(secondaries), true));
    }

    /// The same, and permissions may be given.
    Story allowed() {
        tell("allow");
        return this;
    }

    /// @return who was told what
    String tell(String story) {
        var answers = new ArrayList<String>();
        for (var word : story.split(" ")) {
            var step = step(word);
            transaction = step.next();
            step.answers().forEach(answer -> refuseNonsense(word, answer));
            step.answers().forEach(a -> answers.add(a.voter() + ":" + text(a.result())));
            step.waits().forEach(w -> waits.add(w.round() + ":" + w.reason().name().toLowerCase(Locale.ROOT)));
        }
        return String.join(" ", answers);
    }

    private static void refuseNonsense(String word, Answer answer) {
        if (answer.result() instanceof VoteResult.Invalid(var reason) && reason.startsWith("node already cast")) {
            throw new IllegalArgumentException("waits, and cannot vote: " + word);
        }
    }

    /// @return what the last of several told
    String afterwards(String before, String story) {
        tell(before);
        return tell(story);
    }

    Transaction transaction() {
        return transaction;
    }

    /// Who was waited for so far, as in `0:quorum_reached`.
    List<String> waits() {
        return waits;
    }

    /// Whether a voter waits for its answer.
    boolean waits(String voter) {
        return transaction.standings.get(name(voter)).waits();
    }

    /// Who has confirmed all that was permitted.
    String current() {
        return transaction.current().stream().map(StorageName::value).sorted().collect(Collectors.joining(" "));
    }

    /// How all stand, as in `P:committed`.
    String standings() {
        return transaction.standings.keySet().stream()
                .map(voter -> voter + ":" + transaction.describe(voter).orElseThrow())
                .collect(Collectors.joining(" "));
    }

    Confirmations confirmed(String voter) {
        return transaction.confirmed(name(voter));
    }

    static StorageName name(String name) {
        return new StorageName(name);
    }

    static Vote vote(char letter) {
        return letter == '0' ? new Vote(0, 0, 0) : new Vote(letter, letter, letter);
    }

    private static final Map<Character, VotePhase> PHASES = Map.of(
            '=', VotePhase.PREPARED,
            '*', VotePhase.COMMITTED,
            '~', VotePhase.SYNCHRONIZED,
            '?', VotePhase.UNKNOWN,
            '^', VotePhase.PREPARING);

    private Step step(String word) {
        int last = word.length() - 1;
        if (word.startsWith("late")) {
            return transaction.dismissAbsent(Integer.parseInt(word.substring(4)));
        }
        return switch (word) {
            case "allow" -> transaction.allow();
            case "forbid" -> transaction.forbid();
            case "stop" -> transaction.stop();
            case "end" -> transaction.end();
            default ->
                switch (word.charAt(last)) {
                    case '!' -> transaction.leave(name(word.substring(0, last)), false);
                    case '.' -> transaction.leave(name(word.substring(0, last)), true);
                    case '-' -> transaction.exclude(name(word.substring(0, last)));
                    default -> {
                        var phase = PHASES.get(word.charAt(last - 1));
                        var voter = name(word.substring(0, last - 1));
                        yield transaction.cast(new Ballot(voter, vote(word.charAt(last)), phase));
                    }
                };
        };
    }

    private static String text(VoteResult result) {
        return switch (result) {
            case VoteResult.Commit _ -> "commit";
            case VoteResult.Abort _ -> "abort";
            case VoteResult.Stop _ -> "stop";
            case VoteResult.Cancelled _ -> "cancelled";
            case VoteResult.Invalid _ -> "invalid";
            case VoteResult.Withheld _ -> "withheld";
        };
    }
}
