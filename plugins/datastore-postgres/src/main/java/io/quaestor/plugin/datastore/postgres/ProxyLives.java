package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Begins, prolongs and ends the lives of proxies.
final class ProxyLives {

    /// Two lives of one proxy begin one after the other. The first key is the ASCII word "quae".
    private static final String ALONE = "SELECT pg_advisory_xact_lock(1903518053, hashtext(? || '|' || ?))";

    private static final String END_EARLIER = """
            UPDATE quaestor_proxies SET ended_at = clock_timestamp() WHERE name = ? AND host = ? AND ended_at IS NULL
            """;

    private static final String BEGIN = """
            INSERT INTO quaestor_proxies (name, host, joined_at, lease_until)
            VALUES (?, ?, clock_timestamp(), clock_timestamp() + ? * interval '1 millisecond')
            RETURNING life
            """;

    private static final String RENEW = """
            UPDATE quaestor_proxies
               SET lease_until = clock_timestamp() + ? * interval '1 millisecond'
             WHERE life = ? AND ended_at IS NULL AND NOT is_left
            """;

    private static final String LEAVE = """
            UPDATE quaestor_proxies SET is_left = true, lease_until = least(lease_until, clock_timestamp()) WHERE life = ?
            """;

    /// A life that cannot go on, or has not gone on for an hour: a choice, longer than a proxy that is still there is
    /// away. Whoever is about to open an intent keeps its own from being forgotten.
    private static final String LOCK_ENDED = """
            SELECT life
              FROM quaestor_proxies
             WHERE ended_at IS NOT NULL
                OR (is_left AND lease_until <= now())
                OR lease_until < now() - interval '1 hour'
             ORDER BY life
               FOR UPDATE SKIP LOCKED
            """;

    private static final String FORGET = """
            DELETE FROM quaestor_proxies p
             WHERE p.life = ANY (?::bigint[])
               AND NOT EXISTS (SELECT 1 FROM quaestor_write_intents i WHERE i.life = p.life AND i.state IN ('open', 'orphaned'))
            """;

    /// Intents may be left of lives that are forgotten, or never were; of those that are open there are only as many as
    /// writes are under way.
    private static final String ANY_ENDED = """
            SELECT 1 FROM quaestor_proxies p WHERE NOT (%s)
             UNION ALL
            SELECT 1
              FROM quaestor_write_intents i
             WHERE i.state IN ('open', 'orphaned')
               AND NOT EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = i.life)
             LIMIT 1
            """.formatted(IntentTables.LIVING);

    private static final String FREE_TURNS = """
            DELETE FROM quaestor_write_turns t
             WHERE NOT EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = t.life AND %s)
            """.formatted(IntentTables.LIVING);

    private static final String FORGET_HOLDS = """
            DELETE FROM quaestor_recoveries h
             WHERE NOT EXISTS (SELECT 1 FROM repositories r WHERE r.repository_id = h.repository_id)
            """;

    private final Database database;

    ProxyLives(Database database) {
        this.database = database;
    }

    ProxyLife join(ProxyIdentity proxy, Duration lease) throws InterruptedException {
        return database.write("begin a life of " + proxy.name(), connection -> {
            Query.of(connection, ALONE, proxy.name(), proxy.host()).run();
            Query.of(connection, END_EARLIER, proxy.name(), proxy.host()).update();
            for (var tidying : new String[] {FREE_TURNS, FORGET_HOLDS}) {
                Query.of(connection, tidying).update();
            }
            return Query.of(connection, BEGIN, proxy.name(), proxy.host(), millis(lease))
                    .first(row -> new ProxyLife(row.getLong(1)))
                    .orElseThrow();
        });
    }

    boolean renew(ProxyLife life, Duration lease) throws InterruptedException {
        return database.write(
                        "renew life " + life.number(),
                        connection -> Query.of(connection, RENEW, millis(lease), life.number()).update())
                > 0;
    }

    void leave(ProxyLife life) throws InterruptedException {
        database.write("end life " + life.number(), connection -> {
            end(connection, life.number());
            return true;
        });
    }

    private static void end(Connection connection, long life) throws SQLException {
        Query.of(connection, "DELETE FROM quaestor_recoveries WHERE life = ?", life).update();
        Query.of(connection, "DELETE FROM quaestor_write_turns WHERE life = ?", life).update();
        Query.of(connection, LEAVE, life).update();
    }

    /// Whether any life has ended that is still known, or has left an open intent.
    boolean anyHasEnded() throws InterruptedException {
        return database.read(
                "look for lives that have ended", connection -> Query.of(connection, ANY_ENDED).any());
    }

    /// Forgets lives that have ended and left nothing behind.
    void forgetEnded() throws InterruptedException {
        database.write("forget lives that have ended", connection -> {
            var ended = Query.of(connection, LOCK_ENDED).list(row -> row.getLong(1));
            return ended.isEmpty() ? 0 : Query.of(connection, FORGET, ended).update();
        });
    }

    static double millis(Duration duration) {
        return duration.toMillis();
    }
}
