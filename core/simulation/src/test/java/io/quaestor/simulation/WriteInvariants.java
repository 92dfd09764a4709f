package io.quaestor.simulation;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.simulation.faults.FaultKind;
import io.quaestor.simulation.faults.FaultLog;
import io.quaestor.simulation.proxy.Witness;
import io.quaestor.simulation.proxy.WriteFacts;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.transaction.VotePhase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What must hold of each write on its way: its intent is open before the first COMMIT, nobody is told COMMIT and somebody
/// else ABORT for the same bytes in one round, and it counts one generation at the most.
final class WriteInvariants implements Witness {

    private final InMemoryDatastore datastore;
    private final WriteFacts facts;
    private final FaultLog faults;
    private final Consumer<String> violated;
    private final Set<String> committed = new HashSet<>();
    private final Set<String> aborted = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private final Map<String, Integer> rounds = new HashMap<>();
    private final Map<String, Generation> counted = new HashMap<>();
    private final Set<Long> opened = new HashSet<>();
    private final Set<Long> forgotten = new HashSet<>();
    private final Map<String, String> counters = new HashMap<>();

    /// The votes of each round, by the node that cast them.
    private final Map<String, Map<StorageName, String>> ballots = new HashMap<>();

    /// @param datastore a session of its own
    WriteInvariants(InMemoryDatastore datastore, WriteFacts facts, FaultLog faults, Consumer<String> violated) {
        this.datastore = datastore;
        this.facts = facts;
        this.faults = faults;
        this.violated = violated;
    }

    @Override
    public void recorded(WriteRecord record, WriteResult result) {
        if (result instanceof WriteResult.Recorded(var generation)) {
            var before = counted.put(record.correlationId(), generation);
            if (before != null && !before.equals(generation)) {
                violated.accept("5: " + record.correlationId() + " counted generation " + before + " and " + generation);
            }
            var other = counters.put(record.id() + " " + generation, record.correlationId());
            if (other != null && !other.equals(record.correlationId())) {
                violated.accept("5: " + other + " and " + record.correlationId() + " counted generation " + generation);
            }
            facts.of(record.correlationId()).ifPresent(fact -> check(record, fact));
        }
    }

    /// Nobody is outdated who has done what the one has whose content counts; and a primary that was lost does not count if
    /// somebody else is known to have the write.
    private void check(WriteRecord record, WriteFacts.Fact fact) {
        var reference = record.primary();
        var changes = fact.confirmed(reference);
        for (var storage : record.outdated()) {
            if (!changes.isEmpty() && fact.hasDone(reference, changes) && fact.hasDone(storage, changes)) {
                violated.accept("P4: " + storage + " has all that " + reference + " has, and is outdated by " + record);
            }
        }
        var successor = fact.successor();
        if (reference.equals(fact.primary()) && fact.primaryLost() && successor.isPresent()) {
            violated.accept("P4: " + reference + " was lost, " + successor.get() + " has the write, and " + record);
        }
    }

    @Override
    public void violated(String what) {
        violated.accept(what);
    }

    @Override
    public int cast(String proxy, CastVote vote) {
        if (vote.phase() != VotePhase.PREPARED) {
            return 0;
        }
        int round = rounds.merge(voter(proxy, vote), 1, Integer::sum);
        ballots.computeIfAbsent(round(proxy, vote, round), _ -> new TreeMap<>())
                .put(new StorageName(vote.node()), HexFormat.of().formatHex(vote.hash()));
        return round;
    }

    @Override
    public void withdrawn(String proxy, CastVote vote) {
        lost.add(voter(proxy, vote));
    }

    @Override
    public void committed(String proxy, CastVote vote, int round) {
        if (vote.phase() != VotePhase.PREPARED) {
            return;
        }
        var bytes = bytes(proxy, vote, round);
        committed.add(bytes);
        if (aborted.contains(bytes)) {
            violated.accept("6: COMMIT after ABORT for " + bytes);
        }
        var open = Undisturbed.ask(datastore::openIntents);
        var mine = open.stream().filter(i -> i.transaction() == vote.transaction()).findFirst();
        if (mine.isEmpty()) {
            if (!forgotten.contains(vote.transaction())) {
                violated.accept("3: COMMIT without an open intent for " + bytes + " of " + vote.node());
            }
        } else if (!mine.get().living()) {
            violated.accept("3: COMMIT of a proxy without its lease for " + bytes + " of " + vote.node());
        } else if (open.stream().anyMatch(i -> i.repository().equals(mine.get().repository())
                && i.living()
                && !i.life().equals(mine.get().life()))) {
            faults.happened(FaultKind.TWO_WRITE_AT_ONCE);
        }
        facts.of(vote.transaction()).ifPresent(fact -> checkQuorum(proxy, vote, round, fact));
    }

    /// Nobody knows which generations were counted, and which intents were open.
    void commitsWereLost() {
        counted.clear();
        counters.clear();
        forgotten.addAll(opened);
    }

    /// An intent is durable.
    void opened(long transaction) {
        opened.add(transaction);
    }

    /// The primary has said the same, and of those secondaries that still take part not more have said something else.
    private void checkQuorum(String proxy, CastVote vote, int round, WriteFacts.Fact fact) {
        var cast = ballots.get(round(proxy, vote, round));
        var hash = HexFormat.of().formatHex(vote.hash());
        if (!hash.equals(cast.get(fact.primary()))) {
            violated.accept("6: COMMIT without the primary for " + bytes(proxy, vote, round) + ": " + cast);
        }
        int same = 0;
        int other = 0;
        for (var ballot : cast.entrySet()) {
            var voter = ballot.getKey();
            if (voter.equals(fact.primary())) {
                continue;
            }
            if (ballot.getValue().equals(hash)) {
                same++;
            } else if (fact.end(voter).isEmpty() && !lost.contains(voter(proxy, vote.transaction(), voter.value()))) {
                other++;
            }
        }
        if (other > same && other + same > 1) {
            violated.accept("6: COMMIT without a quorum for " + bytes(proxy, vote, round) + ": " + cast);
        }
    }

    @Override
    public void aborted(String proxy, CastVote vote, int round) {
        boolean first = lost.add(voter(proxy, vote)); // whoever has lost once does not take part in what follows
        if (first && vote.phase() == VotePhase.PREPARED) {
            var bytes = bytes(proxy, vote, round);
            aborted.add(bytes);
            if (committed.contains(bytes)) {
                violated.accept("6: ABORT after COMMIT for " + bytes);
            }
        }
    }

    @Override
    public void refused(String proxy, CastVote vote) {
        lost.add(voter(proxy, vote));
    }

    private static String voter(String proxy, CastVote vote) {
        return voter(proxy, vote.transaction(), vote.node());
    }

    private static String voter(String proxy, long transaction, String node) {
        return proxy + " " + transaction + " " + node;
    }

    private static String round(String proxy, CastVote vote, int round) {
        return proxy + " " + vote.transaction() + " round " + round;
    }

    private static String bytes(String proxy, CastVote vote, int round) {
        return round(proxy, vote, round) + " " + HexFormat.of().formatHex(vote.hash());
    }
}
