package io.quaestor.sandbox.process;

import io.quaestor.sandbox.gateway.Gateway;
import io.quaestor.sandbox.gateway.GatewayConfig;
import io.quaestor.sandbox.gitaly.InternalApi;
import io.quaestor.sandbox.rpc.BearerToken;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A running sandbox: nodes, proxy and gateway.
///
/// Commands may come from any thread; one is carried out at a time.
public final class Sandbox {

    private static final Duration NODE_START = Duration.ofMinutes(1);
    private static final Duration NODE_STOP = Duration.ofSeconds(15);

    /// The first start unpacks and makes a database.
    private static final Duration PROXY_START = Duration.ofMinutes(2);

    private static final Duration PROXY_STOP = Duration.ofSeconds(30);

    private final SandboxOptions options;
    private final DataDirectory data;
    private final Settings settings;
    private final Consumer<String> console;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Member> nodes = new ArrayList<>();
    private final List<Member> proxies = new ArrayList<>();
    private final Deque<Runnable> endings = new ArrayDeque<>();
    private boolean stopped;

    private Sandbox(
            SandboxOptions options,
            DataDirectory data,
            Settings settings,
            Consumer<String> console,
            ThreadFactory threads)
            throws IOException {
        this.options = options;
        this.data = data;
        this.settings = settings;
        this.console = console;
        this.threads = threads;
        var programs = new NodePrograms(data, settings, options.nodeOptions(), options.java());
        var launches = new ArrayList<Launch>();
        for (var node : settings.nodes()) {
            launches.add(launch(node.name(), programs.command(node)));
        }
        var wire = Wire.create(InstantSource.system(), threads);
        endings.push(wire::close);
        for (int i = 0; i < launches.size(); i++) {
            var node = settings.nodes().get(i);
            var probe = probe(wire, node.address(), node.token(), true);
            nodes.add(new Member(launches.get(i), probe, NODE_STOP, console));
        }
        for (int i = 0; i < settings.proxyPorts().size(); i++) {
            var probe = probe(wire, settings.proxyAddress(i), settings.proxyToken(), false);
            proxies.add(new Member(proxyLaunch(Settings.proxyName(i)), probe, PROXY_STOP, console));
        }
    }

    /// Starts everything and returns when it is ready.
    ///
    /// @param data    held by the caller, who closes it after [#stop]
    /// @param console gets lines for the person at the keyboard, on any thread
    /// @param threads makes virtual threads
    /// @throws SandboxException with the reason, after everything was stopped again
    public static Sandbox start(
            SandboxOptions options, DataDirectory data, Consumer<String> console, ThreadFactory threads)
            throws IOException, InterruptedException {
        var settings = Settings.load(data, options, Tokens::create);
        ProxyConfig.write(data, settings, options.trial()).ifPresent(console);
        var sandbox = new Sandbox(options, data, settings, console, threads);
        try {
            sandbox.startAll();
            return sandbox;
        } catch (IOException | InterruptedException | RuntimeException e) {
            sandbox.stop();
            throw e;
        }
    }

    /// What a person or a script needs to know, line by line.
    public List<String> summary() {
        var lines = new ArrayList<String>();
        lines.add("gateway: " + gatewayAddress());
        for (var node : settings.nodes()) {
            lines.add("node " + node.name() + ": " + data.node(node.name()));
        }
        for (int i = 0; i < proxies.size(); i++) {
            var name = Settings.proxyName(i);
            lines.add(name + ": " + settings.proxyAddress(i) + " " + data.config(name));
        }
        lines.add("logs: " + data.logs());
        return lines;
    }

    /// Where `git` finds the repositories; ends with a slash.
    public String gatewayAddress() {
        return "http://127.0.0.1:" + settings.gatewayPort() + "/";
    }

    /// A proxy as its clients know it.
    public record Proxy(String name, String address, BearerToken token) {}

    /// The proxies, whether they run or not.
    public List<Proxy> proxies() {
        var list = new ArrayList<Proxy>();
        for (int i = 0; i < proxies.size(); i++) {
            list.add(new Proxy(
                    Settings.proxyName(i), settings.proxyAddress(i), new BearerToken(settings.proxyToken())));
        }
        return list;
    }

    /// Where the repositories of each node lie, by its name.
    public Map<String, Path> nodes() {
        var map = new LinkedHashMap<String, Path>();
        settings.nodes().forEach(node -> map.put(node.name(), data.node(node.name())));
        return map;
    }

    /// What every process does just now, line by line.
    public List<String> status() {
        return members()
                .map(member -> "%-10s %-8s %s"
                        .formatted(
                                member.name(),
                                Member.lower(member.state()),
                                member.pid().map(pid -> "pid " + pid).orElse("")))
                .map(String::strip)
                .toList();
    }

    /// @param target name of a node, or `proxy`
    /// @return what was done, for the person
    /// @throws SandboxException if it cannot be done
    public String order(Order order, String target) throws IOException, InterruptedException {
        lock.lock();
        try {
            var member = find(target);
            return switch (order) {
                case STOP -> member.stop() ? target + " stopped" : target + " did not stop in time and was killed";
                case KILL -> {
                    member.kill();
                    yield target + " killed";
                }
                case FREEZE -> {
                    member.freeze();
                    yield target + " frozen";
                }
                case REVIVE -> member.revive(proxies.contains(member) ? PROXY_START : NODE_START);
            };
        } finally {
            lock.unlock();
        }
    }

    /// Stops everything in order: gateway, proxy, nodes. Does nothing the second time.
    public void stop() {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            stopped = true;
            while (!endings.isEmpty()) {
                endings.pop().run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startAll() throws IOException, InterruptedException {
        var gitaly = settings.gitaly();
        if (gitaly.isPresent()) {
            var api = InternalApi.start(gitaly.get().apiPort(), threads);
            endings.push(api::close);
        }
        for (var node : nodes) {
            node.start();
            endings.push(() -> end(node));
        }
        for (var node : nodes) {
            awaitReady(node, NODE_START);
        }
        endings.push(() -> Orphans.stopDatabase(data.database(), console));
        for (var proxy : proxies) {
            proxy.start();
            endings.push(() -> end(proxy));
            awaitReady(proxy, PROXY_START);
        }
        var wire = Wire.create(InstantSource.system(), threads);
        endings.push(wire::close);
        var gateway = Gateway.start(
                new GatewayConfig(
                        settings.gatewayPort(),
                        settings.proxyAddress(),
                        new BearerToken(settings.proxyToken()),
                        GatewayConfig.DEFAULT_STORAGE),
                wire,
                threads);
        endings.push(gateway::close);
    }

    private void awaitReady(Member member, Duration limit) throws IOException, InterruptedException {
        console.accept("waiting for " + member.name() + " …");
        member.awaitReady(limit);
        console.accept(member.name() + " is ready");
    }

    private void end(Member member) {
        try {
            if (!member.stop()) {
                console.accept(member.name() + " did not stop in time and was killed");
            }
        } catch (IOException e) {
            console.accept("stopping " + member.name() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Member find(String target) throws SandboxException {
        return members()
                .filter(member -> member.name().equals(target))
                .findFirst()
                .orElseThrow(() -> new SandboxException("there is no " + target + "; there are "
                        + String.join(", ", nodes.stream().map(Member::name).toList()) + " and "
                        + String.join(", ", proxies.stream().map(Member::name).toList())));
    }

    private Stream<Member> members() {
        return Stream.concat(nodes.stream(), proxies.stream());
    }

    private Probe probe(Wire wire, String address, String token, boolean readiness) {
        try {
            Peer peer = wire.dial(address, new BearerToken(token));
            endings.push(peer::close);
            return new GrpcProbe(peer, readiness, InstantSource.system());
        } catch (IOException e) {
            throw new IllegalStateException(e); // the address is our own
        }
    }

    private Launch proxyLaunch(String name) {
        return launch(name, List.of(options.proxy().toString(), "serve", "-config", data.config(name).toString()));
    }

    /// Names of repositories are UTF-8, whatever the terminal speaks.
    private Launch launch(String name, List<String> command) {
        return new Launch(name, command, Map.of("LC_ALL", "C.UTF-8"), data.log(name), data.pidFile(name));
    }
}
