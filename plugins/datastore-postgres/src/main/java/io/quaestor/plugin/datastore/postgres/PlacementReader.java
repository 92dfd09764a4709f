package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads everything about a repository in one statement, so that all of it is of one instant (DS 13 D24).
final class PlacementReader {

    /// Since when a repository `r` is suspect; null if it is not. Next to nothing for one without an open intent.
    static final String SUSPECT = """
            (SELECT min(%s)
               FROM quaestor_write_intents i
               LEFT JOIN quaestor_proxies p ON p.life = i.life
              WHERE i.repository_id = r.repository_id
                AND i.state = 'open'
                AND i.kind = 'update'
                AND NOT coalesce(p.life IS NOT NULL AND %s, false))
            """.formatted(IntentTables.END_OF_LIFE, IntentTables.LIVING);

    private static final String SELECT = """
            SELECT r.repository_id, r.virtual_storage, r.relative_path, r.replica_path, r.generation, r."primary",
                   %s AS suspect,
                   copies.storages, copies.generations, copies.verified,
                   ARRAY(SELECT a.storage FROM repository_assignments a WHERE a.repository_id = r.repository_id) AS assigned,
                   ARRAY(SELECT h.storage::text FROM healthy_storages h WHERE h.virtual_storage = r.virtual_storage) AS healthy,
                   ARRAY(SELECT q.job ->> 'target_node_storage'
                           FROM replication_queue q
                          WHERE q.job ->> 'virtual_storage' = r.virtual_storage
                            AND q.job ->> 'relative_path' = r.relative_path
                            AND q.job ->> 'change' = 'delete_replica'
                            AND q.state NOT IN ('completed', 'cancelled', 'dead')
                            AND q.job ->> 'repository_id' = r.repository_id::text) AS leaving
              FROM repositories r
              CROSS JOIN LATERAL (
                    SELECT array_agg(s.storage) AS storages,
                           array_agg(s.generation) AS generations,
                           array_agg((extract(epoch FROM s.verified_at) * 1000000)::bigint) AS verified
                      FROM storage_repositories s
                     WHERE s.repository_id = r.repository_id) copies
            """;

    private static final String SELECT_WITH_INTENTS = SELECT.formatted(SUSPECT);
    private static final String SELECT_WITHOUT = SELECT.formatted("NULL::timestamptz");

    private final Map<VirtualStorage, List<StorageName>> cluster;
    private final IntentTables tables;

    /// @param cluster the configured storages in their order
    PlacementReader(Map<VirtualStorage, List<StorageName>> cluster, IntentTables tables) {
        this.cluster = cluster;
        this.tables = tables;
    }

    private String select(String where) {
        return (tables.usable() ? SELECT_WITH_INTENTS : SELECT_WITHOUT) + where;
    }

    Optional<Placement> find(Connection connection, RepositoryKey key) throws SQLException {
        return Query.of(
                        connection,
                        select(" WHERE r.virtual_storage = ? AND r.relative_path = ?"),
                        key.virtualStorage(),
                        key.relativePath())
                .first(this::placement);
    }

    Optional<Placement> find(Connection connection, RepositoryId id) throws SQLException {
        return Query.of(connection, select(" WHERE r.repository_id = ?"), id).first(this::placement);
    }

    private Placement placement(ResultSet row) throws SQLException {
        var virtualStorage = new VirtualStorage(row.getString("virtual_storage"));
        return new Placement(
                new RepositoryId(row.getLong("repository_id")),
                new RepositoryKey(virtualStorage, row.getString("relative_path")),
                new ReplicaPath(row.getString("replica_path")),
                generation((Long) row.getObject("generation")),
                Optional.ofNullable(row.getString("primary")).filter(s -> !s.isEmpty()).map(StorageName::new),
                Optional.ofNullable(row.getObject("suspect", OffsetDateTime.class)).map(OffsetDateTime::toInstant),
                replicas(row, cluster.getOrDefault(virtualStorage, List.of())));
    }

    /// Nothing equals a generation that is not known, so that nothing counts as up to date.
    private static Generation generation(@Nullable Long value) {
        return value == null ? Generation.NONE : new Generation(value);
    }

    private static List<Replica> replicas(ResultSet row, List<StorageName> configured) throws SQLException {
        var copies = copies(row);
        var named = storages(row.getArray("assigned"));
        var healthy = storages(row.getArray("healthy"));
        var leaving = storages(row.getArray("leaving"));
        boolean everywhere = configured.stream().noneMatch(named::contains);

        var order = new LinkedHashMap<StorageName, Boolean>();
        configured.forEach(storage -> order.put(storage, true));
        copies.keySet().forEach(storage -> order.putIfAbsent(storage, false));

        var replicas = new ArrayList<Replica>();
        order.forEach((storage, isConfigured) -> {
            var copy = copies.get(storage);
            boolean assigned = isConfigured && (everywhere || named.contains(storage));
            if (copy != null || assigned) {
                replicas.add(new Replica(
                        storage,
                        copy == null ? Generation.NONE : copy.generation,
                        isConfigured,
                        assigned,
                        healthy.contains(storage),
                        leaving.contains(storage),
                        copy == null ? Optional.empty() : copy.verifiedAt));
            }
        });
        return replicas;
    }

    private record Copy(Generation generation, Optional<Instant> verifiedAt) {}

    private static Map<StorageName, Copy> copies(ResultSet row) throws SQLException {
        var storages = values(row.getArray("storages"));
        var generations = values(row.getArray("generations"));
        var verified = values(row.getArray("verified"));
        var copies = new TreeMap<StorageName, Copy>();
        for (int i = 0; i < storages.length; i++) {
            var verifiedAt = Optional.ofNullable((Long) verified[i])
                    .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
            copies.put(
                    new StorageName((String) nonNull(storages[i])),
                    new Copy(generation((Long) generations[i]), verifiedAt));
        }
        return copies;
    }

    private static Set<StorageName> storages(@Nullable Array array) throws SQLException {
        var result = new HashSet<StorageName>();
        for (var name : values(array)) {
            result.add(new StorageName((String) nonNull(name)));
        }
        return result;
    }

    private static @Nullable Object[] values(@Nullable Array array) throws SQLException {
        return array == null ? new Object[0] : (@Nullable Object[]) array.getArray();
    }

    private static Object nonNull(@Nullable Object value) throws SQLException {
        if (value == null) {
            throw new SQLException("a name of a storage is null", "22004");
        }
        return value;
    }
}
