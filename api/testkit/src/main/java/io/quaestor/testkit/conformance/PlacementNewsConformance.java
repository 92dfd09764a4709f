package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of [io.quaestor.spi.datastore.Placements#watch]: whoever keeps placements in memory hears of every change,
/// by whichever proxy.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class PlacementNewsConformance extends StoreConformance {

    private static final RepositoryKey KEY = key("a.git");
    private static final long PATIENCE_SECONDS = 20;

    private final Heard heard = new Heard();
    private Datastore watching;

    @BeforeEach
    void watch() throws Exception {
        watching = another();
        watching.placements().watch(heard);
        heard.await("connected");
    }

    @Test
    void aCreationIsTold() throws Exception {
        create(KEY, G1);

        heard.await("a.git");
    }

    @Test
    void aWriteIsTold() throws Exception {
        RepositoryId id = known();

        record(update(id, KEY, Set.of(G1)));

        heard.await("a.git");
    }

    @Test
    void aCopyIsTold() throws Exception {
        RepositoryId id = known();

        copy(id, G3, -1, 0);

        heard.await("a.git");
    }

    @Test
    void aRemovedReplicaIsTold() throws Exception {
        RepositoryId id = known();

        datastore.repositories().removeReplica(id, G2);

        heard.await("a.git");
    }

    @Test
    void anInvalidReplicaIsTold() throws Exception {
        RepositoryId id = known();

        datastore.repositories().removeInvalidReplica(id, G2);

        heard.await("a.git");
    }

    @Test
    void aRemovedRepositoryIsTold() throws Exception {
        known();

        datastore.repositories().remove(KEY);

        heard.await("a.git");
    }

    @Test
    void aNewPrimaryIsTold() throws Exception {
        RepositoryId id = known();

        datastore.primaries().replace(new PrimaryChange(id, Optional.of(G1), G2, new Generation(0)));

        heard.await("a.git");
    }

    @Test
    void aReplicaThatIsToBeDeletedIsTold() throws Exception {
        RepositoryId id = known();

        datastore.replicationJobs().add(deletionJob(id, KEY, G2));

        heard.await("a.git");
    }

    @Test
    void aSuspicionThatIsSettledIsTold() throws Exception {
        assumeTrue(keepsIntents(), "the datastore keeps no intents");
        var intents = datastore.intents().orElseThrow();
        var lease = Duration.ofMinutes(10);
        RepositoryId id = known();
        var life = intents.join(new ProxyIdentity("p1", "host"), lease);
        var intent = new NewIntent.Update(IntentId.of(life, 1), id, KEY, new Generation(0), 0);
        intents.open(life, List.of(intent));
        var next = intents.join(new ProxyIdentity("p1", "host"), lease);
        intents.hold(next, id);
        heard.forget();

        intents.settle(next, new Settlement(id, KEY, G1, Set.of(G1, G2), Set.of(), "c"));

        heard.await("a.git");
        assertThat(placement(id).suspect()).isEmpty();
    }

    @Test
    void everyRepositoryOfALargeChangeIsTold() throws Exception {
        var records = new ArrayList<WriteRecord>();
        for (int i = 0; i < 120; i++) {
            RepositoryKey key = key("@hashed/aa/bb/%064d.git".formatted(i));
            records.add(creation(datastore.repositories().reserve(key), key, Set.of(G1), Set.of(), false, G1));
        }
        datastore.repositories().record(records);
        heard.awaitAll(records);

        datastore.repositories().removeAll(DEFAULT);

        heard.awaitAll(records);
    }

    @Test
    void whoListensHearsOfItsOwnChangesToo() throws Exception {
        RepositoryId id = known();

        watching.repositories().removeReplica(id, G2);

        heard.await("a.git");
    }

    @Test
    void whoHasClosedHearsNothing() throws Exception {
        RepositoryId id = known();
        watching.close();
        var after = new Heard();
        var other = another();
        other.placements().watch(after);
        after.await("connected");
        heard.forget();

        datastore.repositories().removeReplica(id, G2);
        after.await("a.git");

        assertThat(heard.now()).doesNotContain("a.git");
    }

    private RepositoryId known() throws InterruptedException {
        RepositoryId id = create(KEY, G1, G2);
        heard.await("a.git");
        return id;
    }

    /// Takes down what it is told.
    private static final class Heard implements PlacementListener {

        private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

        @Override
        public void connected() {
            news.add("connected");
        }

        @Override
        public void lost() {
            news.add("lost");
        }

        @Override
        public void changed(RepositoryKey key) {
            news.add(key.relativePath());
        }

        void await(String expected) throws InterruptedException {
            String next = news.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            while (next != null && !next.equals(expected)) {
                next = news.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(next).as("what is told").isEqualTo(expected);
        }

        void awaitAll(List<WriteRecord> records) throws InterruptedException {
            var missing = new HashSet<String>();
            records.forEach(record -> missing.add(record.key().relativePath()));
            while (!missing.isEmpty()) {
                String next = news.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(next).as("what is told while %d are missing", missing.size()).isNotNull();
                missing.remove(next);
            }
        }

        void forget() {
            news.clear();
        }

        Set<String> now() {
            return Set.copyOf(news);
        }
    }
}
