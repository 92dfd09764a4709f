package io.quaestor.transport.server;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.quaestor.transport.MalformedMessages;
import io.quaestor.transport.Messages;
import io.quaestor.wire.WireCredentials;
import io.quaestor.wire.WireLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Listens to clients, and stops gently (P8).
///
/// **Threads:** one caller at a time. What clients send is handled on the event loops.
public final class ProxyServer {

    /// What clients may send in one message, as in Go (TR 4.7).
    private static final int MAX_MESSAGE = 4 << 20;

    /// Go's clients ping this often at most (TR 4.7).
    private static final Duration PERMITTED_PINGS = Duration.ofSeconds(10);

    /// More cancelled calls in 10 s on one connection are an attack, not a hurry (CVE-2023-44487).
    private static final int MAX_RESETS = 10_000;

    private static final int RESETS_WINDOW_SECONDS = 10;

    /// For what was cut off to end.
    private static final Duration CUT_OFF = Duration.ofSeconds(1);

    private final ServerSettings settings;
    private final ProxyParts parts;
    private final ProxyCalls calls;
    private final OwnCalls ownCalls;
    private final List<BindableService> services;
    private final HealthStatusManager health = new HealthStatusManager();
    private final EndlessCalls watches = new EndlessCalls();
    private final LingeringCalls lingering;
    private final List<Server> servers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private boolean stopping;

    /// Listens to nobody yet.
    ///
    /// @param services what the proxy answers itself, beside `grpc.health.v1.Health`; calls come on event loops
    public ProxyServer(ServerSettings settings, ProxyParts parts, List<BindableService> services) {
        this.settings = settings;
        this.parts = parts;
        this.services = List.copyOf(services);
        var ids = new CorrelationIds(parts.clock(), parts.seed());
        this.lingering = new LingeringCalls(parts.clock());
        this.calls = new ProxyCalls(parts, ids, lingering);
        this.ownCalls = new OwnCalls(parts, ids);
    }

    /// Begins to listen, everywhere or nowhere.
    ///
    /// @throws IOException if an address cannot be used, with a text for the operator
    public void start() throws IOException {
        try {
            for (var listener : settings.listeners()) {
                var server = listen(listener);
                servers.add(server);
                if (listener instanceof Listener.Tcp) {
                    ports.add(server.getPort());
                }
            }
        } catch (IOException | RuntimeException e) {
            servers.forEach(Server::shutdownNow);
            throw e;
        }
    }

    /// The port of each TCP listener, in the order of the settings.
    public List<Integer> ports() {
        return List.copyOf(ports);
    }

    /// Says NOT_SERVING, takes no new connections and no new calls, and waits for those that run, also at nodes whose
    /// client was told the end or has gone. Blocks.
    ///
    /// May be called again, with a shorter limit.
    ///
    /// @param limit for running calls; then they are cut off
    /// @return whether all calls have ended by themselves
    public boolean stop(Duration limit) throws InterruptedException {
        if (!stopping) {
            stopping = true;
            health.enterTerminalState();
        }
        servers.forEach(Server::shutdown);
        watches.end();
        long end = parts.clock().nanos() + limit.toNanos();
        boolean gentle = true;
        for (var server : servers) {
            gentle &= server.awaitTermination(end - parts.clock().nanos(), TimeUnit.NANOSECONDS);
        }
        gentle = gentle && lingering.awaitNone(Duration.ofNanos(end - parts.clock().nanos()));
        if (!gentle) {
            cutOff();
        }
        return gentle;
    }

    private void cutOff() throws InterruptedException {
        for (var server : servers) {
            server.shutdownNow().awaitTermination(CUT_OFF.toNanos(), TimeUnit.NANOSECONDS);
        }
        lingering.cutOff(); // clients that were cut off just now have left some
        lingering.awaitNone(CUT_OFF);
    }

    private Server listen(Listener listener) throws IOException {
        var address = address(listener);
        var loops = parts.loops();
        var wire = WireLimits.standard().withNegotiation(settings.negotiation());
        var builder = NettyServerBuilder.forAddress(address, WireCredentials.accepting(wire, Attributes.EMPTY))
                .channelType(loops.serverChannel(address))
                .bossEventLoopGroup(loops.get(0))
                .workerEventLoopGroup(loops.group())
                .directExecutor()
                .fallbackHandlerRegistry(calls)
                .decompressorRegistry(Messages.UNCOMPRESSED)
                .maxInboundMessageSize(MAX_MESSAGE)
                .maxInboundMetadataSize(settings.maxMetadata())
                .maxConcurrentCallsPerConnection(settings.maxCalls())
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
                .handshakeTimeout(settings.negotiation().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(PERMITTED_PINGS.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .addService(ServerInterceptors.intercept(
                        MalformedMessages.refusedBy(health.getHealthService()),
                        watches,
                        ownCalls.open())); // the last one is the outermost
        services.forEach(service -> builder.addService(
                ServerInterceptors.intercept(MalformedMessages.refusedBy(service), ownCalls)));
        try {
            return builder.build().start();
        } catch (IOException e) {
            throw new IOException("cannot listen at " + address + ": " + reason(e), e);
        }
    }

    private static String reason(Throwable failure) {
        var cause = failure.getCause();
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }

    private SocketAddress address(Listener listener) throws IOException {
        return switch (listener) {
            case Listener.Tcp(InetSocketAddress address) -> address;
            case Listener.Unix(Path path) -> {
                removeSocket(path);
                yield parts.loops().unixAddress(path);
            }
        };
    }

    /// A socket outlives its process. Anything else at that place is somebody's file.
    private static void removeSocket(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            throw new IOException("cannot listen at " + path + ": something that is no socket is there");
        }
        Files.delete(path);
    }
}
