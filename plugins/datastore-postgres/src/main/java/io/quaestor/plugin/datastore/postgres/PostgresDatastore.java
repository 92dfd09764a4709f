package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.spi.plugin.StrategyProvider;
import java.lang.System.Logger.Level;
import java.util.List;

/// Keeps the records in a PostgreSQL 11 or later that is given, in the tables of Praefect, which may be beside us, before
/// us or after us (DS 11).
@StrategyProvider(id = "postgres", table = "database")
public final class PostgresDatastore implements Datastore {

    private final PluginContext context;
    private final Database database;
    private final PostgresSchema schema;
    private final PlacementWatch watch;
    private final Repositories repositories;
    private final Placements placements;
    private final Primaries primaries;
    private final ReplicationJobs jobs;
    private final NodeHealth health;

    public PostgresDatastore(PostgresConfig config, PluginContext context) {
        this(
                ConnectionSettings.pooled(config, System.getenv()),
                ConnectionSettings.direct(config, System.getenv()),
                config.poolSize(),
                context);
    }

    PostgresDatastore(ConnectionSettings pooled, ConnectionSettings direct, int poolSize, PluginContext context) {
        this.context = context;
        this.database = new Database(pooled, poolSize, context);
        this.schema = new PostgresSchema(database.connector());
        this.watch = new PlacementWatch(direct, database, context);
        var reader = new PlacementReader(context.cluster());
        this.repositories = new PostgresRepositories(
                database, new WriteRecording(database), new Removals(database, reader));
        this.placements = new PostgresPlacements(database, reader, watch);
        this.primaries = new PostgresPrimaries(database);
        this.jobs = new PostgresReplicationJobs(database, new MissingJobs(database, context.cluster()));
        this.health = new PostgresNodeHealth(database);
    }

    /// Also makes our own additions to the tables, if they are missing and the user may. Praefect's tables are left to the
    /// operator and `sql-migrate`.
    @Override
    public void start() throws InterruptedException {
        var missing = schema.check();
        if (!missing.isEmpty()) {
            add(missing);
        }
        database.open();
    }

    private void add(List<String> missing) throws InterruptedException {
        try {
            schema.migrate();
        } catch (DatastoreException failure) {
            context.logger()
                    .log(
                            Level.WARNING,
                            "could not add {0} to the database, going on without: {1}",
                            missing,
                            failure.getMessage());
        }
    }

    @Override
    public Repositories repositories() {
        return repositories;
    }

    @Override
    public Placements placements() {
        return placements;
    }

    @Override
    public Primaries primaries() {
        return primaries;
    }

    @Override
    public ReplicationJobs replicationJobs() {
        return jobs;
    }

    @Override
    public NodeHealth nodeHealth() {
        return health;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public void close() {
        watch.close();
        database.close();
    }
}
