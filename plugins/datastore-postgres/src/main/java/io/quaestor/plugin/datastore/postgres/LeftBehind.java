package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;

/// What proxies that died left behind: writes under way, which are listed, and rows that nobody needs, which are swept.
final class LeftBehind {

    /// A choice: what is swept at once, some tens of milliseconds, and more than is written in the second until the next
    /// time.
    private static final int MOST_SWEPT = 5_000;

    /// A repository that a Praefect removed is nobody's concern any more.
    private static final String LIST = """
            SELECT id, repository_id, virtual_storage, relative_path, kind = 'creation' AS creation, since,
                   bool_and(ripe) OVER (PARTITION BY repository_id) AS ripe
              FROM (SELECT i.*,
                           %s AS since,
                           p.life IS NULL
                               OR p.lease_until + ? * interval '1 millisecond' <= clock_timestamp()
                               OR coalesce(p.ended_at + ? * interval '1 millisecond' <= clock_timestamp(), false) AS ripe
                      FROM quaestor_write_intents i
                      LEFT JOIN quaestor_proxies p ON p.life = i.life
                     WHERE i.state IN ('open', 'orphaned')
                       AND NOT coalesce(%s, false)
                       AND (i.kind = 'creation'
                            OR EXISTS (SELECT 1 FROM repositories r WHERE r.repository_id = i.repository_id))) left_behind
             ORDER BY since, id
             LIMIT ?
            """.formatted(IntentTables.END_OF_LIFE, "p.life IS NOT NULL AND " + IntentTables.LIVING);

    /// For two minutes a record whose outcome was in doubt can be repeated; later it is taken for settled. A choice, as
    /// long as a proxy remembers what it recorded (architecture, 3.1.7).
    private static final String SWEEP_ENDED = """
            DELETE FROM quaestor_write_intents
             WHERE id IN (
                       SELECT id
                         FROM quaestor_write_intents
                        WHERE ended_at < now() - interval '2 minutes'
                        ORDER BY ended_at
                        LIMIT ?
                          FOR UPDATE SKIP LOCKED)
            """;

    private static final String SWEEP_REMOVED = """
            DELETE FROM quaestor_write_intents
             WHERE id IN (
                       SELECT i.id
                         FROM quaestor_write_intents i
                        WHERE i.state = 'open'
                          AND i.kind = 'update'
                          AND NOT %s
                          AND NOT EXISTS (SELECT 1 FROM repositories r WHERE r.repository_id = i.repository_id)
                        LIMIT ?
                          FOR UPDATE SKIP LOCKED)
            """.formatted(IntentTables.LIFE_LIVES);

    private final Database database;
    private final ProxyLives lives;

    LeftBehind(Database database, ProxyLives lives) {
        this.database = database;
        this.lives = lives;
    }

    /// Sweeps in passing: this is called about once a second, and no write waits for it.
    List<SuspectWrite> list(Ripeness ripeness, int limit) throws InterruptedException {
        sweep(SWEEP_ENDED);
        if (!lives.anyHasEnded()) {
            return List.of(); // and so the intents that are open need not be looked through
        }
        sweep(SWEEP_REMOVED);
        lives.forgetEnded();
        return database.read(
                "list suspect writes",
                connection -> Query.of(
                                connection,
                                LIST,
                                ProxyLives.millis(ripeness.afterLease()),
                                ProxyLives.millis(ripeness.afterReturn()),
                                limit)
                        .list(LeftBehind::suspect));
    }

    private void sweep(String what) throws InterruptedException {
        database.write("sweep old intents", connection -> Query.of(connection, what, MOST_SWEPT).update());
    }

    private static SuspectWrite suspect(ResultSet row) throws SQLException {
        return new SuspectWrite(
                new IntentId(row.getLong("id")),
                new RepositoryId(row.getLong("repository_id")),
                new RepositoryKey(new VirtualStorage(row.getString("virtual_storage")), row.getString("relative_path")),
                row.getBoolean("creation"),
                row.getObject("since", OffsetDateTime.class).toInstant(),
                row.getBoolean("ripe"));
    }
}
