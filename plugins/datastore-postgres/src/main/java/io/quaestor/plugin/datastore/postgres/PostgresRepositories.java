package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Repositories and what each of their replicas has (DS 2.3).
final class PostgresRepositories implements Repositories {

    private static final String RESERVE = """
            SELECT nextval('repositories_repository_id_seq')
             WHERE NOT EXISTS (SELECT 1 FROM repositories WHERE virtual_storage = ? AND relative_path = ?)
            """;

    /// What serialises everything that changes a repository: taken first, by everybody.
    static final String LOCK = """
            SELECT virtual_storage, relative_path FROM repositories WHERE repository_id = ? FOR UPDATE
            """;

    /// Whoever opens an intent after this was looked at writes after the copy.
    private static final String UNDER_WAY = """
            SELECT 1 FROM quaestor_write_intents WHERE repository_id = ? AND state = 'open' AND kind = 'update' LIMIT 1
            """;

    private static final String INSERT_COPY = """
            INSERT INTO storage_repositories (repository_id, virtual_storage, relative_path, storage, generation)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String RAISE_COPY = """
            UPDATE storage_repositories
               SET generation = greatest(generation, ?), relative_path = ?
             WHERE repository_id = ? AND storage = ? AND generation = ?
            """;

    private static final String RAISE_REPOSITORY = """
            UPDATE repositories SET generation = ? WHERE repository_id = ? AND coalesce(generation, -1) < ?
            """;

    private final Database database;
    private final WriteRecording recording;
    private final Removals removals;
    private final IntentTables tables;

    PostgresRepositories(Database database, WriteRecording recording, Removals removals, IntentTables tables) {
        this.database = database;
        this.tables = tables;
        this.recording = recording;
        this.removals = removals;
    }

    @Override
    public boolean exists(RepositoryKey key) throws InterruptedException {
        return database.read(
                "look for " + key,
                connection -> Query.of(
                                connection,
                                "SELECT 1 FROM repositories WHERE virtual_storage = ? AND relative_path = ?",
                                key.virtualStorage(),
                                key.relativePath())
                        .any());
    }

    @Override
    public RepositoryId reserve(RepositoryKey key) throws InterruptedException {
        return database.write(
                "reserve a number for " + key,
                connection -> Query.of(connection, RESERVE, key.virtualStorage(), key.relativePath())
                        .first(row -> new RepositoryId(row.getLong(1)))
                        .orElseThrow(() -> new RepositoryExistsException(key)));
    }

    @Override
    public List<WriteResult> record(List<WriteRecord> records) throws InterruptedException {
        return recording.record(records);
    }

    @Override
    public CopyResult recordCopy(CopyRecord copy) throws InterruptedException {
        return database.write("record a copy of repository " + copy.repository(), connection -> recordCopy(connection, copy));
    }

    private CopyResult recordCopy(Connection connection, CopyRecord copy) throws SQLException {
        var key = Query.of(connection, LOCK, copy.repository())
                .first(row -> new RepositoryKey(new VirtualStorage(row.getString(1)), row.getString(2)));
        if (key.isEmpty() || !copy.reached().isRecorded()) {
            return CopyResult.CHANGED;
        }
        if (tables.usable() && Query.of(connection, UNDER_WAY, copy.repository()).any()) {
            return CopyResult.WRITE_UNDER_WAY;
        }
        long reached = copy.reached().value();
        int changed = copy.before().isRecorded()
                ? Query.of(
                                connection,
                                RAISE_COPY,
                                reached,
                                key.get().relativePath(),
                                copy.repository(),
                                copy.target(),
                                copy.before().value())
                        .update()
                : Query.of(
                                connection,
                                INSERT_COPY,
                                copy.repository(),
                                key.get().virtualStorage(),
                                key.get().relativePath(),
                                copy.target(),
                                reached)
                        .update();
        if (changed == 0) {
            return CopyResult.CHANGED;
        }
        Query.of(connection, RAISE_REPOSITORY, reached, copy.repository(), reached).update();
        return CopyResult.RECORDED;
    }

    @Override
    public Optional<Placement> remove(RepositoryKey key) throws InterruptedException {
        return removals.remove(key);
    }

    @Override
    public int removeAll(VirtualStorage virtualStorage) throws InterruptedException {
        return removals.removeAll(virtualStorage);
    }

    @Override
    public void removeReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        removals.removeReplica(repository, storage);
    }

    @Override
    public void removeInvalidReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        removals.removeInvalidReplica(repository, storage);
    }
}
