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

    private static final String FORGET = """
            DELETE FROM quaestor_proxies p
             WHERE p.life = ?
               AND NOT EXISTS (SELECT 1 FROM quaestor_write_intents i WHERE i.life = p.life AND i.state IN ('open', 'orphaned'))
            """;

    private static final String LEAVE = """
            UPDATE quaestor_proxies SET is_left = true, lease_until = least(lease_until, clock_timestamp()) WHERE life = ?
            """;

    /// What earlier lives left in order and nobody asks for: a choice of a day, far longer than a proxy can be away
    /// without having to begin another life.
    private static final String FORGET_OLD = """
            DELETE FROM quaestor_proxies p
             WHERE least(p.lease_until, p.ended_at) < now() - interval '1 day'
               AND NOT EXISTS (SELECT 1 FROM quaestor_write_intents i WHERE i.life = p.life AND i.state IN ('open', 'orphaned'))
            """;

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
            for (var tidying : new String[] {FORGET_OLD, FREE_TURNS, FORGET_HOLDS}) {
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
        if (Query.of(connection, FORGET, life).update() == 0) {
            Query.of(connection, LEAVE, life).update();
        }
    }

    static double millis(Duration duration) {
        return duration.toMillis();
    }
}
