package io.quaestor.simulation;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.Backup;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.util.Set;

/// A datastore that loses its last commits, as one does whose standby takes over without them.
///
/// What was recorded may be gone then, though it was answered; replicas that differ may count as up to date, and intents
/// that had ended are open until their proxies end (`docs/status.md`). What is held afterwards: all calls end, votes are
/// fair, primaries follow one another, generations grow again, nobody deletes the last copy; and after a restart of the
/// proxies each repository can be written to whose replicas do not differ unnoticed, repairs come to an end, and nothing
/// leaks.
final class Forgetting {

    private final InMemoryDatastore datastore;
    private final Invariants invariants;
    private final WriteInvariants writes;
    private Backup backup;

    /// @param datastore a session of its own
    Forgetting(InMemoryDatastore datastore, Invariants invariants, WriteInvariants writes) {
        this.datastore = datastore;
        this.invariants = invariants;
        this.writes = writes;
        backup = Backup.of(datastore);
    }

    /// Everything until now is on the standby.
    void remember() {
        backup = Backup.of(datastore);
    }

    /// @return whose records are not what they were
    Set<RepositoryKey> forget() {
        var changed = backup.restore();
        remember(); // what is there now is changed from now on
        invariants.commitsWereLost();
        writes.commitsWereLost();
        return changed;
    }
}
