package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The votes of all proxies on all nodes, in Praefect's table, so that Praefects beside us count ours (DS 2.7).
final class PostgresNodeHealth implements NodeHealth {

    /// In the order of the nodes, so that two statements lock the rows in the same order.
    private static final String REPORT = """
            INSERT INTO node_status AS vote (praefect_name, shard_name, node_name, last_contact_attempt_at, last_seen_active_at)
            SELECT ?, seen.virtual_storage, seen.storage, now(), CASE WHEN seen.reached THEN now() END
              FROM unnest(?::text[], ?::text[], ?::boolean[]) WITH ORDINALITY AS seen (virtual_storage, storage, reached, place)
             ORDER BY seen.place
            ON CONFLICT (praefect_name, shard_name, node_name) DO UPDATE
               SET last_contact_attempt_at = EXCLUDED.last_contact_attempt_at,
                   last_seen_active_at = coalesce(EXCLUDED.last_seen_active_at, vote.last_seen_active_at)
            """;

    private final Database database;

    PostgresNodeHealth(Database database) {
        this.database = database;
    }

    @Override
    public void report(String proxy, Map<NodeId, Boolean> reachable) throws InterruptedException {
        if (reachable.isEmpty()) {
            return;
        }
        var virtualStorages = new ArrayList<String>();
        var storages = new ArrayList<String>();
        var reached = new ArrayList<Boolean>();
        new TreeMap<>(reachable).forEach((node, isReached) -> {
            virtualStorages.add(node.virtualStorage().name());
            storages.add(node.storage().value());
            reached.add(isReached);
        });
        database.write(
                "report the health of nodes",
                connection -> Query.of(connection, REPORT, proxy, virtualStorages, storages, reached)
                        .update());
    }

    @Override
    public Set<NodeId> healthy() throws InterruptedException {
        return database.read(
                "read the health of nodes",
                connection -> new HashSet<>(
                        Query.of(connection, "SELECT virtual_storage, storage FROM healthy_storages")
                                .list(row -> NodeId.of(row.getString(1), row.getString(2)))));
    }
}
