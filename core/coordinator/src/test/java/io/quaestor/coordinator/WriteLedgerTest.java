package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.testkit.fake.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Writes are recorded in groups, and whoever waits gets an answer.
class WriteLedgerTest {

    private final ManualClock clock = new ManualClock();
    private final GroupStore store = new GroupStore();
    private final WriteLedger ledger = new WriteLedger(store::datastore, clock);
    private final Writers writers = new Writers(ledger);

    @Test
    void aLoneWriteWaitsForNobody() throws Exception {
        store.permit(1);

        var result = writers.write("a", 7);

        assertThat(Writers.await(result)).isEqualTo(new WriteResult.Recorded(new Generation(7)));
        assertThat(store.groups()).containsExactly("a");
    }

    @Test
    void whatArrivesDuringACommitIsRecordedTogetherAndEachGetsItsOwnResult() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var others = List.of(writers.write("b", 2), writers.write("c", 3), writers.write("d", 4));
        writers.awaitWaiting(3);

        store.permit(2);

        assertThat(Writers.await(first)).isEqualTo(new WriteResult.Recorded(new Generation(1)));
        for (int i = 0; i < others.size(); i++) {
            assertThat(Writers.await(others.get(i))).isEqualTo(new WriteResult.Recorded(new Generation(2 + i)));
        }
        assertThat(store.groups()).containsExactly("a", "b c d");
    }

    @Test
    void twoWritesOfOneRepositoryAreNeverInOneGroupAndStayInOrder() throws Exception {
        writers.write("first", 1);
        store.awaitGroups(1);
        var one = writers.write("a", 2, "one");
        writers.awaitWaiting(1);
        var two = writers.write("a", 2, "two");
        writers.awaitWaiting(2);
        var other = writers.write("b", 3);
        writers.awaitWaiting(3);
        var order = new ArrayList<String>();
        store.then(GroupStore::recorded)
                .then(records -> {
                    order.add("group of " + records.getFirst().correlationId());
                    return GroupStore.recorded(records);
                })
                .then(records -> {
                    order.add("group of " + records.getFirst().correlationId());
                    return GroupStore.recorded(records);
                });

        store.permit(3);
        Writers.await(one);
        Writers.await(two);
        Writers.await(other);

        assertThat(store.groups()).containsExactly("first", "a b", "a");
        assertThat(order).containsExactly("group of one", "group of two");
    }

    @Test
    void aGroupsPathsFitIntoOneNotification() throws Exception {
        writers.write("first", 1);
        store.awaitGroups(1);
        var results = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 10; i++) {
            results.add(writers.write(i + "ä".repeat(500), 10 + i)); // 1,001 bytes each
            writers.awaitWaiting(i + 1);
        }
        var longest = writers.write("x".repeat(9000), 50); // fits into none; goes alone, and the datastore says what it thinks
        writers.awaitWaiting(11);

        store.permit(100);
        for (var result : results) {
            Writers.await(result);
        }
        Writers.await(longest);

        assertThat(store.groups().stream().map(g -> g.split(" ").length)).containsExactly(1, 7, 3, 1);
    }

    @Test
    void whatIsRefusedTakesNoOtherOfItsGroupWithIt() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var second = writers.write("b", 2);
        writers.awaitWaiting(1);
        var third = writers.write("c", 3);
        writers.awaitWaiting(2);
        GroupStore.Behaviour refusal = _ -> {
            throw new DatastoreRefusedException("no rights");
        };
        store.then(GroupStore::recorded).then(refusal).then(refusal); // the group, and then the first of it alone

        store.permit(5);

        Writers.await(first);
        assertThatThrownBy(() -> Writers.await(second)).isInstanceOf(DatastoreRefusedException.class);
        assertThat(Writers.await(third)).isInstanceOf(WriteResult.Recorded.class);
        Writers.await(writers.write("d", 4));
        assertThat(store.groups()).containsExactly("a", "b c", "b", "c", "d");
    }

    @Test
    void oneThatIsOutdatedDoesNotDisturbTheOthersOfItsGroup() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var second = writers.write("b", 2);
        writers.awaitWaiting(1);
        var third = writers.write("c", 3);
        writers.awaitWaiting(2);
        store.then(GroupStore::recorded)
                .then(_ -> List.of(new WriteResult.Outdated(), new WriteResult.Recorded(new Generation(9))));

        store.permit(2);

        Writers.await(first);
        assertThat(Writers.await(second)).isEqualTo(new WriteResult.Outdated());
        assertThat(Writers.await(third)).isEqualTo(new WriteResult.Recorded(new Generation(9)));
    }

    @Test
    void aCommitThatIsKnownToHaveChangedNothingIsTriedAgain() throws Exception {
        store.then(_ -> {
                    throw Writers.unchanged();
                })
                .then(_ -> {
                    throw Writers.unchanged();
                });
        store.permit(3);

        var result = writers.write("a", 1);
        for (int i = 0; i < 2; i++) {
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(250));
        }

        assertThat(Writers.await(result)).isInstanceOf(WriteResult.Recorded.class);
        assertThat(store.groups()).containsExactly("a", "a", "a");
    }

    @Test
    void whileTheDatastoreIsAwayNobodyWaitsForMuchLongerThanTheLimit() throws Exception {
        for (int i = 0; i < 1000; i++) {
            store.then(_ -> {
                throw Writers.unchanged();
            });
        }
        store.permit(1000);
        var writes = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 5; i++) {
            writes.add(writers.write("a", 1)); // one repository, so one group each
        }
        writers.awaitWaiting(4);

        for (int i = 0; i < 120; i++) { // 30 s in steps of 250 ms
            store.awaitGroups(1);
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(250));
        }

        for (var write : writes) {
            assertThatThrownBy(() -> Writers.await(write)).isInstanceOf(DatastoreUnavailableException.class);
        }
        assertThat(store.groups()).hasSize(121); // not for each of the five
    }

    @Test
    void whoIsTriedAloneWhileTheDatastoreIsAwayWaitsForNobodyElse() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var others = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 3; i++) {
            others.add(writers.write("b" + i, 2 + i));
            writers.awaitWaiting(i + 1);
        }
        store.then(GroupStore::recorded).then(_ -> {
            throw new DatastoreRefusedException("no rights");
        });
        for (int i = 0; i < 1000; i++) {
            store.then(_ -> {
                throw Writers.unchanged();
            });
        }
        store.permit(1000);
        Writers.await(first);

        for (int i = 0; i < 120; i++) { // 30 s in steps of 250 ms
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(250));
        }

        for (var other : others) {
            assertThatThrownBy(() -> Writers.await(other)).isInstanceOf(DatastoreUnavailableException.class);
        }
        assertThat(store.groups().stream().filter(group -> group.equals("b0"))).hasSize(121);
        assertThat(store.groups()).doesNotContain("b1", "b2");
    }

    @Test
    void whatMayHaveBeenRecordedByAnEarlierTryOfTheGroupIsInDoubt() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var one = writers.write(Writers.record("b", 2, "", Optional.of(new IntentId(2))));
        writers.awaitWaiting(1);
        var other = writers.write(Writers.record("c", 3, "", Optional.of(new IntentId(3))));
        writers.awaitWaiting(2);
        store.then(GroupStore::recorded)
                .then(_ -> {
                    throw DatastoreUnavailableException.inDoubt("lost", new IOException("lost"));
                })
                .then(_ -> {
                    throw new DatastoreRefusedException("no rights");
                });
        for (int i = 0; i < 1000; i++) {
            store.then(_ -> {
                throw Writers.unchanged();
            });
        }
        store.permit(1000);
        Writers.await(first);

        for (int i = 0; i < 120; i++) { // 30 s in steps of 250 ms
            clock.awaitWaiters(1);
            clock.advance(Duration.ofMillis(250));
        }

        for (var write : List.of(one, other)) {
            assertThatThrownBy(() -> Writers.await(write))
                    .isInstanceOfSatisfying(
                            DatastoreUnavailableException.class, e -> assertThat(e.outcomeKnown()).isFalse());
        }
    }

    @Test
    void anErrorOfTheStoreLeavesNobodyWaiting() throws Exception {
        var first = writers.write("a", 1);
        store.awaitGroups(1);
        var second = writers.write("b", 2);
        var third = writers.write("c", 3);
        writers.awaitWaiting(2);
        store.then(GroupStore::recorded).then(_ -> {
            throw new NoClassDefFoundError("com/example/Gone");
        });

        store.permit(2);

        Writers.await(first);
        assertThatThrownBy(() -> Writers.await(second)).isInstanceOf(NoClassDefFoundError.class);
        assertThatThrownBy(() -> Writers.await(third)).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void aStoreThatForgetsAResultLeavesNobodyWaiting() {
        store.then(_ -> List.of());
        store.permit(1);

        assertThatThrownBy(() -> Writers.await(writers.write("a", 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("0 results for 1 requests");
    }

    @Test
    void anInterruptionDoesNotKeepAWriteFromBeingRecorded() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var result = new CompletableFuture<WriteResult>();
        var thread = Thread.ofVirtual().start(() -> {
            result.complete(ledger.record(Writers.record("a", 1, "", Optional.empty())));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        store.awaitGroups(1);

        thread.interrupt(); // while the store waits: nothing was changed, it is asked again
        store.awaitGroups(1);
        store.permit(1);

        assertThat(Writers.await(result)).isInstanceOf(WriteResult.Recorded.class);
        assertThat(interrupted.get(10, TimeUnit.SECONDS)).as("told to the caller").isTrue();
    }

    @Test
    void awaitIdleWaitsForWhatWasAnnounced() throws Exception {
        var announcement = ledger.announce();
        var idle = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                idle.complete(ledger.awaitIdle(Duration.ofSeconds(5)));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        clock.awaitWaiters(1);
        assertThat(idle).isNotDone();

        announcement.close();

        assertThat(idle.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void awaitIdleGivesUp() throws Exception {
        ledger.announce();
        var idle = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                idle.complete(ledger.awaitIdle(Duration.ofSeconds(5)));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        clock.awaitWaiters(1);

        clock.advance(Duration.ofSeconds(5));

        assertThat(idle.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void manyWritersAreAllRecordedOnceAndInFewGroups() throws Exception {
        store.permit(10_000);
        var results = new ArrayList<CompletableFuture<WriteResult>>();
        for (int i = 0; i < 2_000; i++) {
            results.add(writers.write("repository-" + i % 50, 1 + i % 50));
        }
        for (var result : results) {
            Writers.await(result);
        }

        assertThat(store.groups().stream().mapToInt(g -> g.split(" ").length).sum()).isEqualTo(2_000);
        assertThat(store.groups()).allSatisfy(g -> assertThat(g.split(" ")).doesNotHaveDuplicates());
    }
}
