package io.quaestor.plugin.datastore.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/// Whether the tables of intents can be used: they may be missing, or belong to somebody who does not let us. Decided
/// once, at the start; without them everything works as it does for a Praefect.
///
/// Beside what the schema says of intents: state `withdrawn` is an end too, also of one that was never opened. An open intent
/// whose number is negative, of life 0, belongs to nobody: it makes its repository suspect after a record that came too late.
///
/// **Threads:** any.
final class IntentTables {

    /// A life that has not ended, in a statement where its row is called `p`.
    static final String LIVING = "p.ended_at IS NULL AND p.lease_until > clock_timestamp()";

    /// Whether the life of an intent `i` has not ended.
    static final String LIFE_LIVES =
            "EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = i.life AND " + LIVING + ")";

    /// When the life of an intent `i` ended, whose row, if there is one, is called `p`. The least that is not null.
    static final String END_OF_LIFE = "coalesce(least(p.lease_until, p.ended_at), i.opened_at)";

    private static final String USABLE = """
            SELECT count(*) = 4
                   AND bool_and(has_sequence_privilege(to_regclass('quaestor_proxies_life_seq'), 'USAGE'))
              FROM unnest(ARRAY['quaestor_proxies', 'quaestor_write_intents', 'quaestor_recoveries', 'quaestor_write_turns'])
                   AS name
             WHERE has_table_privilege(to_regclass(name), 'SELECT')
               AND has_table_privilege(to_regclass(name), 'INSERT')
               AND has_table_privilege(to_regclass(name), 'UPDATE')
               AND has_table_privilege(to_regclass(name), 'DELETE')
            """;

    private volatile boolean usable;

    boolean usable() {
        return usable;
    }

    void decide(boolean found) {
        usable = found;
    }

    static boolean found(Connection connection) throws SQLException {
        return Query.of(connection, USABLE).first(row -> row.getBoolean(1)).orElse(false);
    }
}
