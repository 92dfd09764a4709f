package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.Schema;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.spi.plugin.StrategyProvider;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

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
    private final IntentTables intentTables = new IntentTables();
    private final Intents intents;
    private final WriteTurns turns;

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
        var reader = new PlacementReader(context.cluster(), intentTables);
        this.repositories = new PostgresRepositories(
                database,
                new WriteRecording(database, intentTables),
                new Removals(database, reader, intentTables),
                intentTables);
        this.placements = new PostgresPlacements(database, reader, watch);
        this.primaries = new PostgresPrimaries(database, intentTables);
        this.jobs = new PostgresReplicationJobs(database, new MissingJobs(database, context.cluster(), intentTables));
        this.health = new PostgresNodeHealth(database);
        this.intents = new PostgresIntents(database, reader);
        this.turns = new PostgresTurns(database);
    }

    /// Also makes our own additions to the tables, if they are missing and the user may. Praefect's tables are left to the
    /// operator and `sql-migrate`.
    @Override
    public void start() throws InterruptedException {
        var missing = schema.check();
        var refusal = missing.isEmpty() ? Optional.<String>empty() : add(missing);
        var found = schema.look();
        intentTables.decide(found.intents());
        if (!found.intents()) {
            warn(
                    "going on without write intents: if this proxy dies in the middle of a write, replicas may differ and "
                            + "be called up to date; {0}",
                    refusal.orElse("the user of the database may not use their tables"));
        } else {
            refusal.ifPresent(why -> warn("going on without an addition that makes things faster; {0}", why));
        }
        if (!found.careless().isEmpty()) {
            warn("the database may lose writes that it has confirmed: {0}", String.join(", ", found.careless()));
        }
        database.open();
    }

    /// @return why it could not be done; empty if it was
    private Optional<String> add(List<String> missing) throws InterruptedException {
        try {
            schema.migrate();
            return Optional.empty();
        } catch (DatastoreException failure) {
            return Optional.of("could not add %s: %s".formatted(missing, failure.getMessage()));
        }
    }

    private void warn(String message, String detail) {
        context.logger().log(Level.WARNING, message, detail);
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
    public Optional<Intents> intents() {
        return intentTables.usable() ? Optional.of(intents) : Optional.empty();
    }

    @Override
    public Optional<WriteTurns> turns() {
        return intentTables.usable() ? Optional.of(turns) : Optional.empty();
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
