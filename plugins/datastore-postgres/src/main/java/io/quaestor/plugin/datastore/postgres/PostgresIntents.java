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

    /// Whoever is about to open one of them, in a call that was given up, is waited for, and comes too late; whoever comes
    /// after that finds it ended. Nobody looks at the other columns of one that never was.
    private static final String WITHDRAW = """
            INSERT INTO quaestor_write_intents AS i (id, life, kind, state, repository_id, virtual_storage, relative_path,
                                                     transaction, opened_at, ended_at)
            SELECT w.id, 0, 'update', 'withdrawn', 0, '', '', 0, clock_timestamp(), clock_timestamp()
              FROM unnest(?::bigint[]) AS w (id)
             ORDER BY w.id
            ON CONFLICT (id) DO UPDATE
               SET state = 'withdrawn', ended_at = clock_timestamp()
             WHERE i.state IN ('open', 'orphaned')
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
            var ids = intents.stream().map(IntentId::value).distinct().toList();
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
    public boolean abandon(IntentId creation) throws InterruptedException {
        return recoveries.abandon(creation);
    }
}
