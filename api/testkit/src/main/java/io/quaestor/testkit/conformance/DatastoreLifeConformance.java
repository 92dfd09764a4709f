package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/// How a [Datastore] begins and ends, and what it does when it is interrupted.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class DatastoreLifeConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    @Test
    void aDatastoreThatHasStartedHasItsTables() throws Exception {
        assertThat(datastore.schema().pending()).isEmpty();
        assertThat(datastore.schema().migrate()).isEmpty();
        assertThat(datastore.schema().ping()).isNotBlank();
    }

    @Test
    void intentsAndTurnsAreKeptOrTheHarnessSaysThatTheyAreNot() {
        assertThat(datastore.intents().isPresent()).isEqualTo(keepsIntents());
        assertThat(datastore.turns().isPresent()).isEqualTo(keepsIntents());
    }

    @Test
    void whatIsRecordedOutlivesTheProxy() throws Exception {
        RepositoryId id = repository(KEY, Map.of(G1, 1L, G2, 0L), Set.of());
        datastore.replicationJobs().add(updateJob(id, KEY, G1, G2));
        datastore.close();

        Datastore next = another();

        assertThat(next.placements().find(KEY).orElseThrow().upToDate()).containsExactly(G1);
        assertThat(take(next, DEFAULT, G2)).hasSize(1);
        assertThat(next.repositories().reserve(key("b.git"))).isGreaterThan(id);
    }

    @Test
    void aDatastoreThatIsClosedSaysSo() {
        datastore.close();
        datastore.close();

        assertThatThrownBy(() -> datastore.placements().find(KEY)).isInstanceOf(DatastoreUnavailableException.class);
        assertThatThrownBy(() -> datastore.repositories().reserve(KEY))
                .isInstanceOf(DatastoreUnavailableException.class);
        assertThatThrownBy(() -> datastore.nodeHealth().healthy()).isInstanceOf(DatastoreUnavailableException.class);
    }

    /// A call may notice too late and answer, but there is no other way out of it, and the next caller is not disturbed.
    @Test
    void anInterruptedCallEndsByInterruptionOrByItsAnswer() throws Exception {
        RepositoryId id = create(KEY, G1);
        var begun = new CountDownLatch(1);
        var calls = new FutureTask<String>(() -> {
            try {
                begun.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    datastore.placements().find(KEY);
                }
                return "answered";
            } catch (InterruptedException _) {
                return "interrupted";
            }
        });
        Thread caller = Thread.ofVirtual().start(calls);

        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();

        assertThat(calls.get(20, TimeUnit.SECONDS)).isIn("answered", "interrupted");
        assertThat(placement(id).upToDate()).containsExactly(G1);
    }
}
