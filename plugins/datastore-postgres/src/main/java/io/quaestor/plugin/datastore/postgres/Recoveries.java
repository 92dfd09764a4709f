package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Holds the writes to suspect repositories, and ends the suspicion. Everything here locks the repository for itself, so
/// that it neither crosses a record nor the opening of an intent.
final class Recoveries {

    private static final String HOLD = """
            INSERT INTO quaestor_recoveries AS held (repository_id, life, held_at)
            SELECT ?, p.life, clock_timestamp()
              FROM quaestor_proxies p
             WHERE p.life = ? AND %1$s
            ON CONFLICT (repository_id) DO UPDATE
               SET life = excluded.life, held_at = excluded.held_at
             WHERE held.life = excluded.life
                OR NOT EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = held.life AND %1$s)
            """.formatted(IntentTables.LIVING);

    private static final String UNDER_WAY = """
            SELECT count(*)
              FROM quaestor_write_intents i
             WHERE i.repository_id = ? AND i.state = 'open' AND i.kind = 'update' AND %s
            """.formatted(IntentTables.LIFE_LIVES);

    /// What was left behind later than the hold began was not compared.
    private static final String SETTLE = """
            UPDATE quaestor_write_intents i
               SET state = 'settled', ended_at = clock_timestamp()
              FROM quaestor_recoveries held
             WHERE held.repository_id = ?
               AND i.repository_id = held.repository_id
               AND i.state = 'open'
               AND i.kind = 'update'
               AND coalesce(
                       (SELECT least(p.lease_until, p.ended_at) FROM quaestor_proxies p WHERE p.life = i.life),
                       i.opened_at) <= held.held_at
            """;

    /// Before anything is settled: whoever renews one of them at the same time is either first, and then it has not ended, or
    /// waits, and is refused. One that ended after the hold had begun is not settled, and so it may go on.
    private static final String END_LIVES = """
            UPDATE quaestor_proxies
               SET ended_at = clock_timestamp()
             WHERE life IN (
                       SELECT p.life
                         FROM quaestor_proxies p
                        WHERE p.ended_at IS NULL
                          AND p.lease_until <= clock_timestamp()
                          AND p.life IN (SELECT i.life FROM quaestor_write_intents i WHERE %s)
                        ORDER BY p.life
                          FOR NO KEY UPDATE)
            """;

    private static final String END_LIVES_OF_UPDATES =
            END_LIVES.formatted("i.repository_id = ? AND i.state = 'open' AND i.kind = 'update'"
                    + " AND p.lease_until <= (SELECT h.held_at FROM quaestor_recoveries h"
                    + " WHERE h.repository_id = i.repository_id)");

    private static final String END_LIFE_OF_CREATION =
            END_LIVES.formatted("i.id = ? AND i.state IN ('open', 'orphaned') AND i.kind = 'creation'");

    private static final String ABANDON = """
            DELETE FROM quaestor_write_intents i
             WHERE i.id = ? AND i.kind = 'creation' AND i.state IN ('open', 'orphaned') AND NOT %s
            """.formatted(IntentTables.LIFE_LIVES);

    private static final String OPEN_CREATION =
            "SELECT 1 FROM quaestor_write_intents WHERE id = ? AND kind = 'creation' AND state IN ('open', 'orphaned')";

    private static final String RELEASE = "DELETE FROM quaestor_recoveries WHERE repository_id = ? AND life = ?";

    private final Database database;
    private final PlacementReader reader;

    Recoveries(Database database, PlacementReader reader) {
        this.database = database;
        this.reader = reader;
    }

    boolean hold(ProxyLife life, RepositoryId repository) throws InterruptedException {
        return database.write("hold repository " + repository, connection ->
                Query.of(connection, PostgresRepositories.LOCK, repository).any()
                        && Query.of(connection, HOLD, repository, life.number()).update() > 0);
    }

    int underWay(RepositoryId repository) throws InterruptedException {
        return database.read("count writes to repository " + repository, connection -> underWay(connection, repository));
    }

    private static int underWay(Connection connection, RepositoryId repository) throws SQLException {
        return Query.of(connection, UNDER_WAY, repository).first(row -> row.getInt(1)).orElse(0);
    }

    void release(ProxyLife life, RepositoryId repository) throws InterruptedException {
        database.write(
                "release repository " + repository,
                connection -> Query.of(connection, RELEASE, repository, life.number()).update());
    }

    boolean abandon(IntentId creation) throws InterruptedException {
        return database.write("abandon a creation", connection -> {
            Query.of(connection, END_LIFE_OF_CREATION, creation.value()).update();
            Query.of(connection, ABANDON, creation.value()).update();
            return !Query.of(connection, OPEN_CREATION, creation.value()).any();
        });
    }

    boolean settle(ProxyLife life, Settlement settlement) throws InterruptedException {
        return database.write(
                "settle repository " + settlement.repository(), connection -> settle(connection, life, settlement));
    }

    private boolean settle(Connection connection, ProxyLife life, Settlement settlement) throws SQLException {
        var repository = settlement.repository();
        boolean held = Query.of(connection, PostgresRepositories.LOCK, repository).any()
                && Query.of(
                                connection,
                                "SELECT 1 FROM quaestor_recoveries WHERE repository_id = ? AND life = ? FOR UPDATE",
                                repository,
                                life.number())
                        .any();
        if (!held) {
            return false;
        }
        Query.of(connection, END_LIVES_OF_UPDATES, repository).update();
        if (underWay(connection, repository) > 0) {
            return false;
        }
        var placement = reader.find(connection, repository).orElseThrow();
        var advanced = advanced(placement, settlement);
        if (advanced.isEmpty()) {
            return false;
        }
        var storages = advanced.stream().map(StorageName::value).toList();
        WriteStatements.raise(connection, storages.stream().map(_ -> repository.value()).toList(), storages);
        Query.of(connection, SETTLE, repository).update();
        Query.of(connection, RELEASE, repository, life.number()).update();
        JobRows.insert(connection, repairs(placement, settlement, advanced));
        return true;
    }

    private static Set<StorageName> advanced(Placement placement, Settlement settlement) {
        return placement.replicas().stream()
                .filter(replica -> placement.hasGeneration(replica)
                        && settlement.equal().contains(replica.storage()))
                .map(Replica::storage)
                .collect(Collectors.toSet());
    }

    private static List<NewJob> repairs(Placement placement, Settlement settlement, Set<StorageName> advanced) {
        var behind = placement.replicas().stream()
                .filter(Replica::assigned)
                .map(Replica::storage)
                .collect(Collectors.toCollection(TreeSet::new));
        behind.addAll(settlement.different());
        behind.removeAll(advanced);
        behind.remove(settlement.reference());
        return behind.stream()
                .map(storage -> new NewJob(
                        placement.id(),
                        placement.key(),
                        JobChange.UPDATE,
                        Optional.of(settlement.reference()),
                        storage,
                        settlement.correlationId()))
                .toList();
    }
}
