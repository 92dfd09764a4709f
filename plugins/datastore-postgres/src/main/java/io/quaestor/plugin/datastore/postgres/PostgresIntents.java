package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/// Writes under way, in tables of our own (architecture, 3.1).
final class PostgresIntents implements Intents {

    private static final String WITHDRAW = """
            DELETE FROM quaestor_write_intents
             WHERE id IN (
                       SELECT id
                         FROM quaestor_write_intents
                        WHERE id = ANY (?::bigint[]) AND state IN ('open', 'orphaned')
                        ORDER BY id
                          FOR UPDATE)
            """;

    private static final String ABANDON = """
            DELETE FROM quaestor_write_intents WHERE id = ? AND kind = 'creation' AND state IN ('open', 'orphaned')
            """;

    private final Database database;
    private final ProxyLives lives;
    private final LeftBehind leftBehind;
    private final Recoveries recoveries;

    PostgresIntents(Database database, PlacementReader reader) {
        this.database = database;
        this.lives = new ProxyLives(database);
        this.leftBehind = new LeftBehind(database, lives);
        this.recoveries = new Recoveries(database, reader);
    }

    @Override
    public ProxyLife join(ProxyIdentity proxy, Duration lease) throws InterruptedException {
        return lives.join(proxy, lease);
    }

    @Override
    public boolean renew(ProxyLife life, Duration lease) throws InterruptedException {
        return lives.renew(life, lease);
    }

    @Override
    public void leave(ProxyLife life) throws InterruptedException {
        lives.leave(life);
    }

    @Override
    public List<IntentResult> open(ProxyLife life, List<NewIntent> intents) throws InterruptedException {
        return intents.isEmpty()
                ? List.of()
                : database.write("open intents", connection -> IntentOpening.open(connection, life, intents));
    }

    @Override
    public void withdraw(Collection<IntentId> intents) throws InterruptedException {
        if (!intents.isEmpty()) {
            var ids = intents.stream().map(IntentId::value).toList();
            database.write("withdraw intents", connection -> Query.of(connection, WITHDRAW, ids).update());
        }
    }

    @Override
    public List<SuspectWrite> suspects(Ripeness ripeness, int limit) throws InterruptedException {
        return leftBehind.list(ripeness, limit);
    }

    @Override
    public boolean hold(ProxyLife life, RepositoryId repository) throws InterruptedException {
        return recoveries.hold(life, repository);
    }

    @Override
    public int underWay(RepositoryId repository) throws InterruptedException {
        return recoveries.underWay(repository);
    }

    @Override
    public boolean settle(ProxyLife life, Settlement settlement) throws InterruptedException {
        return recoveries.settle(life, settlement);
    }

    @Override
    public void release(ProxyLife life, RepositoryId repository) throws InterruptedException {
        recoveries.release(life, repository);
    }

    @Override
    public void abandon(IntentId creation) throws InterruptedException {
        database.write("abandon a creation", connection -> Query.of(connection, ABANDON, creation.value()).update());
    }
}
