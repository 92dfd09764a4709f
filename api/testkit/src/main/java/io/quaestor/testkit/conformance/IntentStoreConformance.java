package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.junit.jupiter.api.BeforeEach;

/// What the kits around [Intents] share. They are skipped for a datastore whose harness says that it keeps none.
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class IntentStoreConformance extends StoreConformance {

    static final Duration LEASE = Duration.ofMinutes(10);
    static final Ripeness RIPENESS = new Ripeness(Duration.ofMinutes(5), Duration.ofMinutes(1));

    Intents intents;
    private int count;

    @BeforeEach
    void needIntents() {
        assumeTrue(keepsIntents(), "the datastore keeps no intents");
        intents = intents(datastore);
    }

    static Intents intents(Datastore proxy) {
        return proxy.intents().orElseThrow();
    }

    ProxyLife join(String name) throws InterruptedException {
        return intents.join(new ProxyIdentity(name, "host-1"), LEASE);
    }

    /// Lets all lives end that there are, without any of the proxies being back.
    void letAllDie() throws Exception {
        letTimePass(LEASE.plusSeconds(1));
    }

    IntentId nextId(ProxyLife life) {
        return IntentId.of(life, ++count);
    }

    NewIntent.Update update(ProxyLife life, RepositoryId repository, RepositoryKey key) {
        return new NewIntent.Update(nextId(life), repository, key, new Generation(0), count);
    }

    NewIntent.Creation creation(ProxyLife life, RepositoryKey key) {
        return new NewIntent.Creation(nextId(life), key, count);
    }

    IntentResult open(ProxyLife life, NewIntent intent) throws InterruptedException {
        List<IntentResult> results = intents.open(life, List.of(intent));
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    /// Opens an intent to write to a repository.
    IntentId opened(ProxyLife life, RepositoryId repository, RepositoryKey key) throws InterruptedException {
        NewIntent intent = update(life, repository, key);
        assertThat(open(life, intent)).isEqualTo(new IntentResult.Opened(repository));
        return intent.id();
    }

    /// Opens an intent to write to a repository, and lets its proxy die.
    IntentId leftBehind(RepositoryId repository, RepositoryKey key) throws Exception {
        IntentId intent = opened(join("mortal"), repository, key);
        letAllDie();
        return intent;
    }

    /// @return the number that the new repository is given
    static RepositoryId repositoryOf(IntentResult result) {
        assertThat(result).isInstanceOf(IntentResult.Opened.class);
        return ((IntentResult.Opened) result).repository();
    }

    List<SuspectWrite> suspects() throws InterruptedException {
        return intents.suspects(RIPENESS, 100);
    }

    List<IntentId> suspectIds() throws InterruptedException {
        return suspects().stream().map(SuspectWrite::intent).toList();
    }

    /// The first of those that are equal is the reference.
    static Settlement settlement(RepositoryId id, RepositoryKey key, Set<StorageName> equal, StorageName... different) {
        return new Settlement(id, key, new TreeSet<>(equal).first(), equal, Set.of(different), "settle-" + id);
    }

    static WriteRecord.Update ending(IntentId intent, WriteRecord.Update u) {
        return new WriteRecord.Update(
                u.id(), u.key(), u.primary(), u.upToDate(), u.outdated(), u.correlationId(), Optional.of(intent));
    }

    static WriteRecord.Creation ending(IntentId intent, WriteRecord.Creation c) {
        return new WriteRecord.Creation(
                c.id(),
                c.key(),
                c.path(),
                c.primary(),
                c.upToDate(),
                c.outdated(),
                c.assign(),
                c.correlationId(),
                Optional.of(intent));
    }
}
