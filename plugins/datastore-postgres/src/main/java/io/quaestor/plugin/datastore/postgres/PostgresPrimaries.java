package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;

/// Who is the primary, exchanged by comparing.
final class PostgresPrimaries implements Primaries {

    private static final String LOCK = "SELECT 1 FROM repositories WHERE repository_id = ? FOR NO KEY UPDATE";

    private static final String REPLACE = """
            UPDATE repositories r
               SET "primary" = ?
             WHERE repository_id = ?
               AND nullif("primary", '') IS NOT DISTINCT FROM ?::text
               AND coalesce(generation, -1) <= ?
               AND EXISTS (
                       SELECT 1
                         FROM storage_repositories s
                        WHERE s.repository_id = r.repository_id AND s.storage = ? AND s.generation = r.generation)
               AND %s IS NULL
            RETURNING virtual_storage, relative_path
            """;

    private static final String REPLACE_UNLESS_SUSPECT = REPLACE.formatted(PlacementReader.SUSPECT);
    private static final String REPLACE_ANYWAY = REPLACE.formatted("NULL");

    private final Database database;
    private final IntentTables tables;

    PostgresPrimaries(Database database, IntentTables tables) {
        this.database = database;
        this.tables = tables;
    }

    @Override
    public boolean replace(PrimaryChange change) throws InterruptedException {
        return database.write("replace the primary of repository " + change.repository(), connection -> {
            Query.of(connection, LOCK, change.repository()).run(); // whoever makes it suspect holds it meanwhile
            var key = Query.of(
                            connection,
                            tables.usable() ? REPLACE_UNLESS_SUSPECT : REPLACE_ANYWAY,
                            change.primary(),
                            change.repository(),
                            change.expected().map(StorageName::value).orElse(null),
                            change.generation().value(),
                            change.primary())
                    .first(row -> new RepositoryKey(new VirtualStorage(row.getString(1)), row.getString(2)));
            if (key.isPresent()) {
                Notices.changed(connection, key.get());
                return true;
            }
            boolean known = Query.of(
                            connection, "SELECT 1 FROM repositories WHERE repository_id = ?", change.repository())
                    .any();
            if (!known) {
                throw new RepositoryNotFoundException(change.repository());
            }
            return false;
        });
    }
}
