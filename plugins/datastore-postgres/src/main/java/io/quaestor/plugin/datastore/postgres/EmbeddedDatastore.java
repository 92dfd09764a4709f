package io.quaestor.plugin.datastore.postgres;

import io.quaestor.plugin.datastore.postgres.server.PostgresServer;
import io.quaestor.plugin.datastore.postgres.server.Programs;
import io.quaestor.spi.datastore.Datastore;
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
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps the records in a PostgreSQL that it starts itself: for trying out, and for one proxy alone. As durable as any
/// other, and with the same tables, but as available as this machine.
@StrategyProvider(id = "embedded")
public final class EmbeddedDatastore implements Datastore {

    private final PluginContext context;
    private final int poolSize;
    private final PostgresServer server;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable PostgresDatastore tables;

    public EmbeddedDatastore(EmbeddedConfig config, PluginContext context) {
        this(config, context, List.of());
    }

    /// @param settings more settings of PostgreSQL, for tests that need no durable disk
    EmbeddedDatastore(EmbeddedConfig config, PluginContext context, List<String> settings) {
        this.context = context;
        this.poolSize = config.poolSize().orElse(PostgresConfig.DEFAULT_POOL_SIZE);
        var home = config.data().orElse(context.directory()).toAbsolutePath().normalize();
        var sources = new Programs.Sources(
                config.binDirectory(),
                config.binaries().map(List::of).orElseGet(EmbeddedDatastore::besideUs),
                EmbeddedDatastore.class.getClassLoader(),
                config.binaries().isEmpty());
        this.server = new PostgresServer(
                new PostgresServer.Settings(
                        home,
                        new Programs(sources, home.resolve("programs")),
                        config.port().orElse(0),
                        settings),
                context.clock());
    }

    /// `plugins/embedded` and `lib/embedded`, seen from `plugins/<our jar>`.
    private static List<Path> besideUs() {
        var places = new ArrayList<Path>();
        var source = Optional.ofNullable(
                        EmbeddedDatastore.class.getProtectionDomain().getCodeSource())
                .map(code -> code.getLocation());
        if (source.isPresent()) {
            try {
                var plugins = Path.of(source.get().toURI()).toAbsolutePath().getParent();
                if (plugins != null) {
                    places.add(plugins.resolve("embedded"));
                    places.add(plugins.resolveSibling("lib").resolve("embedded"));
                }
            } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException notAFile) {
                // a bundle may come from anywhere
            }
        }
        places.add(Path.of("plugins", "embedded"));
        places.add(Path.of("lib", "embedded"));
        return places;
    }

    /// Starts the server too, or takes over one that runs, and makes the tables.
    @Override
    public void start() throws InterruptedException {
        var started = running();
        started.schema().migrate();
        started.start();
    }

    private PostgresDatastore running() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var known = tables;
            if (known != null) {
                return known;
            }
            server.start();
            var way = new ConnectionSettings(
                    "127.0.0.1",
                    server.port(),
                    PostgresServer.NAME,
                    server.password(),
                    "postgres",
                    "disable",
                    "",
                    "",
                    "");
            var opened = new PostgresDatastore(way, way, poolSize, context);
            tables = opened;
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private PostgresDatastore tables() {
        var known = tables;
        if (known == null) {
            throw new IllegalStateException("the datastore is not started");
        }
        return known;
    }

    @Override
    public Repositories repositories() {
        return tables().repositories();
    }

    @Override
    public Placements placements() {
        return tables().placements();
    }

    @Override
    public Primaries primaries() {
        return tables().primaries();
    }

    @Override
    public ReplicationJobs replicationJobs() {
        return tables().replicationJobs();
    }

    @Override
    public NodeHealth nodeHealth() {
        return tables().nodeHealth();
    }

    @Override
    public Optional<Intents> intents() {
        return tables().intents();
    }

    @Override
    public Optional<WriteTurns> turns() {
        return tables().turns();
    }

    /// Starts the server when it is asked something.
    @Override
    public Schema schema() {
        return new Schema() {

            @Override
            public String ping() throws InterruptedException {
                return running().schema().ping();
            }

            @Override
            public List<String> pending() throws InterruptedException {
                return running().schema().pending();
            }

            @Override
            public List<String> migrate() throws InterruptedException {
                return running().schema().migrate();
            }
        };
    }

    /// Stops the server too, if this process started it or took it over.
    @Override
    public void close() {
        var open = tables;
        if (open != null) {
            open.close();
        }
        server.close();
    }
}
