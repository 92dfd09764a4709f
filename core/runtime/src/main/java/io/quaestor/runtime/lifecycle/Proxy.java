package io.quaestor.runtime.lifecycle;

import io.quaestor.repair.Recovery;
import io.quaestor.coordinator.ProxyLease;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import io.quaestor.coordinator.Coordinator;
import io.quaestor.health.HealthMonitor;
import io.quaestor.repair.Reconciler;
import io.quaestor.repair.Replicator;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.plugin.PluginKernel;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.runtime.cli.Environment;
import io.quaestor.runtime.metrics.Metrics;
import io.quaestor.runtime.metrics.MetricsServer;
import io.quaestor.runtime.metrics.ProcessMetrics;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.client.Backchannel;
import io.quaestor.transport.client.NodeChannels;
import io.quaestor.transport.server.ProxyServer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running proxy: starts everything in the order in which one part needs the other, and stops it the other way round.
///
/// **Threads:** one caller at a time.
public final class Proxy {

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

    /// For the first round of health checks. Nodes that do not answer by then are taken for down; the proxy serves.
    private static final Duration FIRST_ROUND = Duration.ofSeconds(5);

    /// For each of the parts that work in the background to come to an end.
    private static final Duration BACKGROUND_LIMIT = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final PluginKernel kernel;
    private final EventLoops loops;
    private final NodeChannels nodes;
    private final Backchannel backchannel;
    private final HealthMonitor health;
    private final Replicator replicator;
    private final Reconciler reconciler;
    private final Recovery recovery;
    private final ProxyLease lease;
    private final Coordinator coordinator;
    private final ProxyServer server;
    private final Metrics metrics;
    private final ProcessMetrics process;
    private final ThreadFactory threads;
    private @Nullable MetricsServer metricsServer;

    @Inject
    Proxy(
            Configuration configuration,
            PluginKernel kernel,
            EventLoops loops,
            NodeChannels nodes,
            Backchannel backchannel,
            HealthMonitor health,
            Replicator replicator,
            Reconciler reconciler,
            Recovery recovery,
            ProxyLease lease,
            Coordinator coordinator,
            ProxyServer server,
            Metrics metrics,
            ProcessMetrics process,
            ThreadFactory threads) {
        this.configuration = configuration;
        this.kernel = kernel;
        this.loops = loops;
        this.nodes = nodes;
        this.backchannel = backchannel;
        this.health = health;
        this.replicator = replicator;
        this.reconciler = reconciler;
        this.recovery = recovery;
        this.lease = lease;
        this.coordinator = coordinator;
        this.server = server;
        this.metrics = metrics;
        this.process = process;
        this.threads = threads;
    }

    /// Puts a proxy together, without starting it. Plug-ins are loaded and made.
    ///
    /// @throws ConfigurationException if the configuration names what is not there, or cannot be made
    public static Proxy of(Configuration configuration, Defaults defaults, Environment environment)
            throws ConfigurationException {
        var module = ProxyModule.of(configuration, defaults, environment);
        try {
            return Guice.createInjector(Stage.DEVELOPMENT, module).getInstance(Proxy.class);
        } catch (ProvisionException e) {
            module.close();
            throw e;
        }
    }

    /// Starts. Returns when clients are served.
    ///
    /// @throws DatastoreException if the datastore cannot be used; the message says what to do
    /// @throws IOException        if an address cannot be listened at
    public void start() throws IOException, InterruptedException {
        var datastore = kernel.strategies().datastore();
        datastore.start();
        datastore.placements().watch(coordinator.placementListener());
        health.addListener((node, healthy, _) -> {
            if (healthy) {
                replicator.wake(node);
                reconciler.nodeIsBack();
            } else {
                coordinator.nodeIsLost(node);
            }
        });
        health.start();
        if (!health.awaitFirstRound(FIRST_ROUND)) {
            LOG.warn("not every node has answered within {} s; serving with those that have", FIRST_ROUND.toSeconds());
        }
        replicator.start();
        reconciler.start();
        String address = configuration.prometheus().listenAddress();
        if (!address.isEmpty()) {
            metricsServer = MetricsServer.start(address, Map.of("/metrics", metrics::scrape), threads);
        }
        server.start(); // first: whoever has the addresses is the only one of this name, and a second one ends here
        lease.start();
        recovery.start();
        LOG.atInfo()
                .addKeyValue("listeners", configuration.listeners().addresses().toString())
                .log("serving");
    }

    /// Stops gently (P8): takes no new calls, lets running ones and their records end, hands back jobs.
    ///
    /// @return `false` if something had to be cut off
    public boolean stop() throws InterruptedException {
        boolean gentle = server.stop(configuration.gracefulStopTimeout());
        gentle &= coordinator.awaitRecords(BACKGROUND_LIMIT);
        gentle &= recovery.stop(BACKGROUND_LIMIT);
        gentle &= reconciler.stop(BACKGROUND_LIMIT);
        gentle &= replicator.stop(BACKGROUND_LIMIT);
        gentle &= health.stop(BACKGROUND_LIMIT);
        gentle &= lease.stop(BACKGROUND_LIMIT);
        close();
        return gentle;
    }

    /// Gives up everything that was made, started or not.
    public void close() throws InterruptedException {
        nodes.abort();
        backchannel.close();
        kernel.close();
        if (metricsServer != null) {
            metricsServer.close();
        }
        process.close();
        loops.close();
    }
}
