package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;

/// Turns as rows: no connection is kept while one lasts.
final class PostgresTurns implements WriteTurns {

    private static final String TAKE = """
            INSERT INTO quaestor_write_turns AS taken (repository_id, life, holder)
            SELECT ?, p.life, ?
              FROM quaestor_proxies p
             WHERE p.life = ? AND %1$s
            ON CONFLICT (repository_id) DO UPDATE
               SET life = excluded.life, holder = excluded.holder
             WHERE (taken.life = excluded.life AND taken.holder = excluded.holder)
                OR NOT EXISTS (SELECT 1 FROM quaestor_proxies p WHERE p.life = taken.life AND %1$s)
            """.formatted(IntentTables.LIVING);

    private static final String END = """
            DELETE FROM quaestor_write_turns WHERE repository_id = ? AND life = ? AND holder = ?
            """;

    private final Database database;

    PostgresTurns(Database database) {
        this.database = database;
    }

    @Override
    public boolean take(WriteTurn turn) throws InterruptedException {
        return database.write(
                        "take a turn at repository " + turn.repository(),
                        connection -> Query.of(
                                        connection, TAKE, turn.repository(), turn.holder(), turn.life().number())
                                .update())
                > 0;
    }

    @Override
    public void end(WriteTurn turn) throws InterruptedException {
        database.write(
                "end a turn at repository " + turn.repository(),
                connection -> Query.of(connection, END, turn.repository(), turn.life().number(), turn.holder())
                        .update());
    }
}
