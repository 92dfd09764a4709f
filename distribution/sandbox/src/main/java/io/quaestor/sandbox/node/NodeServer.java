package io.quaestor.sandbox.node;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.Hooks;
import io.quaestor.sandbox.rpc.BearerGuard;
import io.quaestor.sandbox.rpc.RequestMetadata;
import io.quaestor.sandbox.rpc.ServerTasks;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running node: Gitaly's protocol on a loopback port, plain HTTP/2 or multiplexed, with a token.
public final class NodeServer implements AutoCloseable {

    /// Time for running calls to end when the node stops.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Server server;
    private final HealthStatusManager health;
    private final Hooks hooks;

    private NodeServer(Server server, HealthStatusManager health, Hooks hooks) {
        this.server = server;
        this.health = health;
        this.hooks = hooks;
    }

    /// @throws IOException if the port is taken or the directory cannot be used
    public static NodeServer start(NodeConfig config, Wire wire, NodeThreads threads, InstantSource clock)
            throws IOException {
        var storage = Storage.open(config.storage(), config.directory());
        var own = storage.workshop();
        var git = new Git(
                Files.createDirectory(own.resolve("home")),
                Files.createDirectory(own.resolve("hooks")),
                threads.virtual());
        var hooks = Hooks.prepare(
                storage.hooks(), Files.createDirectory(own.resolve("calls")), threads.virtual());
        var voting = new Voting(config.votes(), hooks);
        var repositories = new Repositories(git);
        var changes = new RepositoryChanges(storage, repositories, git, voting);
        var replication =
                new Replication(storage, repositories, changes, voting, git, wire, threads.virtual());
        var tasks = new ServerTasks(threads.virtual());
        var health = new HealthStatusManager();
        var services = List.of(
                new RepositoryEndpoint(tasks, storage, repositories, changes, replication, voting),
                new RefEndpoint(tasks, storage, repositories, new References(git)),
                new SmartHttpEndpoint(tasks, storage, git, voting, Wire.sidechannels(), threads.virtual()),
                new ServerEndpoint(tasks, storage, FilesystemId.of(storage), git),
                health.getHealthService());
        var builder = wire.serverBuilder(config.port());
        for (var service : services) {
            builder.addService(ServerInterceptors.intercept(
                    service,
                    new RequestMetadata(),
                    Wire.connectionInterceptor(),
                    new BearerGuard(config.token(), clock)));
        }
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        var server = builder.build().start();
        threads.platform().newThread(hooks::serve).start();
        return new NodeServer(server, health, hooks);
    }

    public int port() {
        return server.getPort();
    }

    /// Says that it is leaving, lets running calls end for ten seconds, then breaks them off.
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        hooks.close();
    }
}
