package io.quaestor.simulation;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.simulation.proxy.Witness;
import io.quaestor.simulation.proxy.WriteFacts;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.StoredIntent;
import io.quaestor.transaction.VotePhase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// What must hold of each write on its way: its intent is open before the first COMMIT, nobody is told COMMIT and somebody
/// else ABORT for the same bytes in one round, and it counts one generation at the most.
final class WriteInvariants implements Witness {

    private final InMemoryDatastore datastore;
    private final WriteFacts facts;
    private final Consumer<String> violated;
    private final Set<String> committed = new HashSet<>();
    private final Set<String> aborted = new HashSet<>();
    private final Set<String> lost = new HashSet<>();
    private final Map<String, Integer> rounds = new HashMap<>();
    private final Map<String, Generation> counted = new HashMap<>();

    /// @param datastore a session of its own
    WriteInvariants(InMemoryDatastore datastore, WriteFacts facts, Consumer<String> violated) {
        this.datastore = datastore;
        this.facts = facts;
        this.violated = violated;
    }

    @Override
    public void recorded(WriteRecord record, WriteResult result) {
        if (result instanceof WriteResult.Recorded(var generation)) {
            var before = counted.put(record.correlationId(), generation);
            if (before != null && !before.equals(generation)) {
                violated.accept("5: " + record.correlationId() + " counted generation " + before + " and " + generation);
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
        return vote.phase() == VotePhase.PREPARED ? rounds.merge(voter(proxy, vote), 1, Integer::sum) : 0;
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
        if (intents().stream().noneMatch(i -> i.transaction() == vote.transaction())) {
            violated.accept("3: COMMIT without an open intent for " + bytes + " of " + vote.node());
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
        return proxy + " " + vote.transaction() + " " + vote.node();
    }

    private static String bytes(String proxy, CastVote vote, int round) {
        return proxy + " " + vote.transaction() + " round " + round + " " + HexFormat.of().formatHex(vote.hash());
    }

    private List<StoredIntent> intents() {
        boolean interrupted = Thread.interrupted();
        try {
            return datastore.openIntents();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody else runs", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
