package io.quaestor.runtime.lifecycle;

import io.quaestor.transport.client.GrpcNodeVersion;
import io.quaestor.health.NodeVersions;
import io.quaestor.transport.server.VoteService;
import jakarta.inject.Provider;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.repair.RecoverySettings;
import io.quaestor.repair.RecoveryParts;
import io.quaestor.repair.Recovery;
import io.quaestor.coordinator.ProxyLease;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Authentication;
import io.quaestor.coordinator.Coordinator;
import io.quaestor.coordinator.CoordinatorParts;
import io.quaestor.health.HealthMonitor;
import io.quaestor.health.HealthSettings;
import io.quaestor.repair.Reconciler;
import io.quaestor.repair.RepairParts;
import io.quaestor.repair.RepairSettings;
import io.quaestor.repair.Replicator;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.config.ListenAddress;
import io.quaestor.runtime.metrics.Metrics;
import io.quaestor.runtime.metrics.ProcessMetrics;
import io.quaestor.runtime.plugin.PluginHost;
import io.quaestor.runtime.plugin.PluginKernel;
import io.quaestor.runtime.plugin.Strategies;
import io.quaestor.spi.model.NodeId;
import io.quaestor.runtime.cli.Environment;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.transport.EventLoops;
import io.quaestor.transport.client.GrpcNodeCalls;
import io.quaestor.transport.client.Backchannel;
import io.quaestor.transport.client.GrpcNodeProbe;
import io.quaestor.transport.client.GrpcReplicaCheck;
import io.quaestor.transport.server.RepositoryMetadataService;
import io.quaestor.transport.server.ServerInfoService;
import io.quaestor.admin.DatastoreInspection;
import io.quaestor.wire.sidechannel.SidechannelObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import io.quaestor.transport.client.Node;
import io.quaestor.transport.client.NodeChannels;
import io.quaestor.transport.client.NodeSettings;
import io.quaestor.transport.server.FanOutLimits;
import io.quaestor.transport.server.Listener;
import io.quaestor.transport.server.ProxyParts;
import io.quaestor.transport.server.ProxyServer;
import io.quaestor.transport.server.ServerSettings;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/// The process's singletons, and what each is made of. What a reload exchanges is not here: that lives in the kernel.
final class ProxyModule extends AbstractModule {

    /// As many as Praefect keeps for each virtual storage (DS 4.1).
    private static final long CACHED_PLACEMENTS = 2_097_152;

    /// For a node to say what it is.
    private static final Duration NODE_LIMIT = Duration.ofSeconds(5);

    /// For a node to remove what a creation left whose proxy died.
    private static final Duration CLEANING_LIMIT = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final PluginKernel kernel;
    private final Metrics metrics;
    private final ProcessMetrics process;
    private final Clock clock;
    private final ThreadFactory threads;
    private final long seed;

    private ProxyModule(
            Configuration configuration,
            PluginKernel kernel,
            Metrics metrics,
            ProcessMetrics process,
            Clock clock,
            ThreadFactory threads,
            long seed) {
        this.configuration = configuration;
        this.kernel = kernel;
        this.metrics = metrics;
        this.process = process;
        this.clock = clock;
        this.threads = threads;
        this.seed = seed;
    }

    static ProxyModule of(Configuration configuration, Defaults defaults, Environment environment)
            throws ConfigurationException {
        Addresses.check(configuration);
        var metrics = new Metrics(configuration.prometheus().latencyBuckets());
        var host = new PluginHost(
                defaults, environment.clock(), environment.threads(), metrics, environment.seed());
        var kernel = PluginKernel.start(host, configuration);
        return new ProxyModule(
                configuration,
                kernel,
                metrics,
                ProcessMetrics.register(metrics, environment.version()),
                environment.clock(),
                environment.threads(),
                environment.seed());
    }

    /// Closes the plug-ins, if nothing could be made of the rest.
    void close() {
        process.close();
        kernel.close();
    }

    @Override
    protected void configure() {
        bind(Configuration.class).toInstance(configuration);
        bind(PluginKernel.class).toInstance(kernel);
        bind(Strategies.class).toInstance(kernel.strategies());
        bind(Metrics.class).toInstance(metrics);
        bind(ProcessMetrics.class).toInstance(process);
        bind(Meters.class).toInstance(metrics.meters());
        bind(Clock.class).toInstance(clock);
        bind(ThreadFactory.class).toInstance(threads);
        bind(RpcCatalogue.class).toInstance(RpcCatalogue.builtin());
        bind(Proxy.class).in(Singleton.class);
    }

    @Provides
    @Singleton
    EventLoops loops() {
        return EventLoops.start(Runtime.getRuntime().availableProcessors());
    }

    @Provides
    @Singleton
    VoteService votes(Provider<Coordinator> coordinator) { // which needs the nodes, which need the back channel
        return new VoteService(() -> coordinator.get().votes());
    }

    @Provides
    @Singleton
    Backchannel backchannel(EventLoops loops, VoteService votes) {
        try {
            return Backchannel.start(loops, List.of(votes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Provides
    @Singleton
    NodeChannels nodes(EventLoops loops, Backchannel backchannel, LostConnections lost) {
        var list = new ArrayList<Node>();
        for (var storage : configuration.virtualStorages()) {
            storage.nodes()
                    .forEach(n -> list.add(
                            new Node(new NodeId(storage.name(), n.storage()), n.address(), n.token())));
        }
        return new NodeChannels(list, loops, NodeSettings.DEFAULT, backchannel, clock, threads, lost);
    }

    @Provides
    @Singleton
    LostConnections lostConnections() {
        return new LostConnections();
    }

    @Provides
    @Singleton
    NodeCalls nodeCalls(NodeChannels nodes) {
        return new GrpcNodeCalls(nodes);
    }

    @Provides
    @Singleton
    HealthMonitor health(NodeChannels nodes, Strategies strategies, LostConnections lost) {
        var monitor = new HealthMonitor(
                nodeIds(),
                HealthSettings.DEFAULT,
                new GrpcNodeProbe(nodes),
                configuration.listeners().proxyName(HostName.get()),
                () -> strategies.datastore().nodeHealth(),
                clock,
                threads);
        lost.tell(monitor::connectionLost);
        return monitor;
    }

    @Provides
    @Singleton
    RepairParts repairParts(Strategies strategies, NodeCalls nodes, HealthMonitor health, Meters meters) {
        return new RepairParts(
                strategies::datastore,
                strategies::replication,
                nodes,
                new GrpcReplicaCheck(nodes),
                health::healthy,
                meters,
                clock,
                threads,
                seed);
    }

    @Provides
    @Singleton
    Replicator replicator(RepairParts parts) {
        var defaults = RepairSettings.DEFAULT;
        var settings = new RepairSettings(
                configuration.replication().workers(),
                configuration.replication().batchSize(),
                defaults.retryAfter(),
                defaults.copyLimit(),
                defaults.removalLimit());
        return new Replicator(nodeIds(), settings, parts);
    }

    @Provides
    @Singleton
    Reconciler reconciler(RepairParts parts, Replicator replicator) {
        return new Reconciler(configuration.reconciliation().interval(), parts, replicator::wake);
    }

    @Provides
    @Singleton
    NodeVersions versions(NodeCalls nodes) {
        return new NodeVersions(new GrpcNodeVersion(nodes), threads);
    }

    @Provides
    @Singleton
    ClusterViews views(HealthMonitor health, NodeVersions versions) {
        health.addListener(versions);
        return new ClusterViews(configuration, health::healthy, versions::known);
    }

    @Provides
    @Singleton
    ProxyLease lease(Strategies strategies) {
        var host = HostName.get();
        return new ProxyLease(
                new ProxyIdentity(configuration.listeners().proxyName(host), host),
                configuration.transactions().lease(),
                strategies::datastore,
                clock,
                threads);
    }

    @Provides
    @Singleton
    Recovery recovery(RepairParts parts, ProxyLease lease, Coordinator coordinator, Replicator replicator) {
        var transactions = configuration.transactions();
        return new Recovery(
                new RecoverySettings(
                        transactions.lease(),
                        new Ripeness(transactions.nodeVoteLimit(), transactions.returnDelay()),
                        CLEANING_LIMIT),
                parts,
                new RecoveryParts(
                        lease::life,
                        virtualStorage -> configuration.cluster().getOrDefault(virtualStorage, List.of()),
                        coordinator::changed),
                replicator::retry);
    }

    @Provides
    @Singleton
    Coordinator coordinator(
            RpcCatalogue catalogue,
            Strategies strategies,
            NodeCalls nodes,
            ClusterViews views,
            Replicator replicator,
            ProxyLease lease,
            Meters meters) {
        return new Coordinator(new CoordinatorParts(
                catalogue,
                strategies::datastore,
                nodes,
                views,
                strategies::reading,
                strategies::election,
                replicator::wake,
                lease,
                configuration.transactions(),
                meters,
                clock,
                threads,
                seed,
                CACHED_PLACEMENTS));
    }

    @Provides
    @Singleton
    ProxyServer server(
            EventLoops loops,
            NodeChannels nodes,
            NodeCalls calls,
            ClusterViews views,
            Coordinator coordinator,
            VoteService votes,
            Strategies strategies,
            Meters meters) {
        var auth = configuration.auth();
        var parts = new ProxyParts(
                loops,
                coordinator,
                new Authentication(auth.token(), !auth.transitioning(), clock),
                nodes,
                new StrategyFeedback(strategies::feedback),
                new GrpcServerMetrics(meters),
                SidechannelObserver.NONE,
                FanOutLimits.DEFAULT,
                clock,
                seed);
        var listeners = configuration.listeners().addresses().stream()
                .map(ProxyModule::listener)
                .toList();
        return new ProxyServer(ServerSettings.of(listeners), parts, List.of(
                new RepositoryMetadataService(new DatastoreInspection(strategies::datastore), threads),
                new ServerInfoService(calls, views, threads, NODE_LIMIT),
                votes));
    }

    private List<NodeId> nodeIds() {
        var ids = new ArrayList<NodeId>();
        configuration.cluster().forEach((vs, storages) -> storages.forEach(s -> ids.add(new NodeId(vs, s))));
        return ids;
    }

    private static Listener listener(ListenAddress address) {
        return switch (address.scheme()) {
            case TCP -> Listener.tcp(address.address());
            case UNIX -> new Listener.Unix(Path.of(address.address()));
            case TLS -> throw new IllegalStateException("refused before");
        };
    }
}
