package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.testkit.fake.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A commit in doubt is made again only where that cannot count a write twice: write intents, rule 5.
class CommitsInDoubtTest {

    private final ManualClock clock = new ManualClock();
    private final GroupStore store = new GroupStore();
    private final WriteLedger ledger = new WriteLedger(store::datastore, clock);
    private final Writers writers = new Writers(ledger);

    @Test
    void aCommitInDoubtIsNotTriedAgainBecauseASecondCountIsASecondWrite() {
        store.then(_ -> {
            throw DatastoreUnavailableException.inDoubt("lost", new IOException("lost"));
        });
        store.permit(2);

        assertThatThrownBy(() -> Writers.await(writers.write("a", 1))).isInstanceOf(DatastoreUnavailableException.class);
        assertThat(store.groups()).containsExactly("a");
    }

    @Test
    void aCommitInDoubtIsRepeatedWhereEveryRecordEndsAnIntent() throws Exception {
        store.then(_ -> {
            throw DatastoreUnavailableException.inDoubt("lost", new IOException("lost"));
        });
        store.permit(2);

        var result = writers.write(Writers.record("a", 1, "", Optional.of(new IntentId(7))));
        clock.awaitWaiters(1);
        clock.advance(Duration.ofMillis(250));

        assertThat(Writers.await(result)).isInstanceOf(WriteResult.Recorded.class);
        assertThat(store.groups()).containsExactly("a", "a");
    }

    @Test
    void oneRecordWithoutAnIntentKeepsItsGroupFromBeingRepeated() throws Exception {
        var first = writers.write("first", 9);
        store.awaitGroups(1);
        store.then(GroupStore::recorded).then(_ -> {
            throw DatastoreUnavailableException.inDoubt("lost", new IOException("lost"));
        });
        var one = writers.write(Writers.record("a", 1, "", Optional.of(new IntentId(7))));
        writers.awaitWaiting(1);
        var other = writers.write("b", 2);
        writers.awaitWaiting(2);
        store.permit(2);

        Writers.await(first);
        assertThatThrownBy(() -> Writers.await(one)).isInstanceOf(DatastoreUnavailableException.class);
        assertThatThrownBy(() -> Writers.await(other)).isInstanceOf(DatastoreUnavailableException.class);
    }

    @Test
    void whatWasInDoubtOnceStaysInDoubt() throws Exception {
        store.then(_ -> {
            throw DatastoreUnavailableException.inDoubt("lost", new IOException("lost"));
        });
        for (int i = 0; i < 1000; i++) {
            store.then(_ -> {
                throw Writers.unchanged();
            });
        }
        store.permit(1000);

        var result = writers.write(Writers.record("a", 1, "", Optional.of(new IntentId(7))));
        for (int i = 0; i < 120; i++) { // 30 s in steps of 250 ms
            store.awaitGroups(1);
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(250));
        }

        assertThatThrownBy(() -> Writers.await(result))
                .isInstanceOfSatisfying(
                        DatastoreUnavailableException.class, e -> assertThat(e.outcomeKnown()).isFalse());
    }
}
