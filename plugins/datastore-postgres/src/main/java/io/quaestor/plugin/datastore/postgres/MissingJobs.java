package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Adds jobs for what has to be repaired and nobody repairs, in slices by the number of the repository, each in a
/// transaction of its own under the lock that Praefects take too (DS 5.3).
final class MissingJobs {

    /// A choice: repositories in one statement, some tens of milliseconds.
    private static final int SLICE = 1_000;

    /// A choice: so many jobs are enough for one walk; the next one goes on behind them. It bounds what a caller holds.
    private static final int MOST_JOBS = 20_000;

    /// The key of Praefect's reconciliation (DS 5.3).
    private static final long RECONCILIATION = 1;

    private static final String SLICE_END = """
            SELECT max(repository_id)
              FROM (SELECT repository_id FROM repositories WHERE repository_id > ? ORDER BY repository_id LIMIT ?) slice
            """;

    private final Database database;
    private final Map<VirtualStorage, List<StorageName>> cluster;
    private final IntentTables tables;

    /// Behind which repository the next walk begins; zero for the first one.
    private final AtomicLong position = new AtomicLong();

    MissingJobs(Database database, Map<VirtualStorage, List<StorageName>> cluster, IntentTables tables) {
        this.database = database;
        this.cluster = cluster;
        this.tables = tables;
    }

    /// @param end the last repository that was looked at; empty if there are no more, or another proxy is at it
    private record Slice(Optional<Long> end, List<NewJob> jobs) {}

    List<NewJob> add(Map<VirtualStorage, Set<StorageName>> reachable) throws InterruptedException {
        var nodes = Nodes.of(cluster, reachable);
        if (nodes.storages.isEmpty()) {
            return List.of();
        }
        var added = new ArrayList<NewJob>();
        while (added.size() < MOST_JOBS) {
            long after = position.get();
            var slice = database.write("add missing jobs", connection -> addSlice(connection, after, nodes));
            added.addAll(slice.jobs);
            position.set(slice.end.orElse(0L));
            if (slice.end.isEmpty()) {
                break;
            }
        }
        return added;
    }

    private Slice addSlice(Connection connection, long after, Nodes nodes) throws SQLException {
        var nothing = new Slice(Optional.empty(), List.of());
        boolean alone = Query.of(connection, "SELECT pg_try_advisory_xact_lock(?)", RECONCILIATION)
                .first(row -> row.getBoolean(1))
                .orElse(false);
        if (!alone) {
            return nothing;
        }
        long end = Query.of(connection, SLICE_END, after, SLICE).first(row -> row.getLong(1)).orElse(0L);
        if (end <= after) {
            return nothing;
        }
        var jobs = new ArrayList<NewJob>();
        jobs.addAll(candidates(connection, MissingJobsSql.updates(tables.usable()), JobChange.UPDATE, nodes, after, end));
        jobs.addAll(candidates(connection, MissingJobsSql.deletions(tables.usable()), JobChange.DELETE_REPLICA, nodes, after, end));
        var added = JobRows.insert(connection, jobs);
        for (var job : added) {
            if (job.change() == JobChange.DELETE_REPLICA) {
                Notices.changed(connection, job.key());
            }
        }
        return new Slice(Optional.of(end), added);
    }

    private static List<NewJob> candidates(
            Connection connection, String sql, JobChange change, Nodes nodes, long after, long end)
            throws SQLException {
        return Query.of(connection, sql, nodes.virtualStorages, nodes.storages, nodes.reached, after, end)
                .list(row -> job(row, change));
    }

    private static NewJob job(ResultSet row, JobChange change) throws SQLException {
        return new NewJob(
                new RepositoryId(row.getLong("repository_id")),
                new RepositoryKey(new VirtualStorage(row.getString("virtual_storage")), row.getString("relative_path")),
                change,
                Optional.ofNullable(row.getString("source")).map(StorageName::new),
                new StorageName(row.getString("target")),
                row.getString("correlation_id"));
    }

    /// The configured storages as columns of a table.
    private record Nodes(List<String> virtualStorages, List<String> storages, List<Boolean> reached) {

        /// A virtual storage takes part if two of its storages are reached: to copy from, and to copy to (DS 5.2).
        static Nodes of(
                Map<VirtualStorage, List<StorageName>> cluster, Map<VirtualStorage, Set<StorageName>> reachable) {
            var usable = new LinkedHashMap<VirtualStorage, Set<StorageName>>();
            cluster.forEach((virtualStorage, configured) -> {
                var reached = new LinkedHashSet<>(configured);
                reached.retainAll(reachable.getOrDefault(virtualStorage, Set.of()));
                if (reached.size() > 1) {
                    usable.put(virtualStorage, reached);
                }
            });
            var nodes = new Nodes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            usable.forEach((virtualStorage, reached) -> {
                for (var storage : cluster.getOrDefault(virtualStorage, List.of())) {
                    nodes.virtualStorages.add(virtualStorage.name());
                    nodes.storages.add(storage.value());
                    nodes.reached.add(reached.contains(storage));
                }
            });
            return nodes;
        }
    }
}
