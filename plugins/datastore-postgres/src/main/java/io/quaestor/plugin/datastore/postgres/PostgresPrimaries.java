package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;

/// Who is the primary, exchanged by comparing.
final class PostgresPrimaries implements Primaries {

    private static final String REPLACE = """
            UPDATE repositories
               SET "primary" = ?
             WHERE repository_id = ?
               AND nullif("primary", '') IS NOT DISTINCT FROM ?::text
               AND coalesce(generation, -1) <= ?
            RETURNING virtual_storage, relative_path
            """;

    private final Database database;

    PostgresPrimaries(Database database) {
        this.database = database;
    }

    @Override
    public boolean replace(PrimaryChange change) throws InterruptedException {
        return database.write("replace the primary of repository " + change.repository(), connection -> {
            var key = Query.of(
                            connection,
                            REPLACE,
                            change.primary(),
                            change.repository(),
                            change.expected().map(StorageName::value).orElse(null),
                            change.generation().value())
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
