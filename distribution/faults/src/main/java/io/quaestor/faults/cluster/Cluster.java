package io.quaestor.faults.cluster;

import io.quaestor.faults.system.Ticker;
import io.quaestor.sandbox.process.DataDirectory;
import io.quaestor.sandbox.process.Order;
import io.quaestor.sandbox.process.Sandbox;
import io.quaestor.sandbox.process.SandboxOptions;
import io.quaestor.sandbox.process.Trial;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// Three nodes, one or two proxies and their database, each a process that can be hurt.
///
/// **Blocking:** all methods that do something. **Threads:** one gives orders; clients may be used by any.
public final class Cluster implements AutoCloseable {

    private static final int NODES = 3;

    /// The node that gets the small disk.
    private static final String SMALL = "gitaly-" + NODES;

    private final ClusterOptions options;
    private final Deque<Ending> endings = new ArrayDeque<>();
    private final List<ProxyClient> clients = new ArrayList<>();
    private final Sandbox sandbox;
    private final Database database;
    private final Optional<SmallDisk> smallDisk;

    /// Undoes a part of the start.
    @FunctionalInterface
    private interface Ending {
        void end() throws IOException;
    }

    private Cluster(ClusterOptions options, Consumer<String> console, ThreadFactory threads, Ticker ticker)
            throws IOException, InterruptedException {
        this.options = options;
        try {
            var data = DataDirectory.hold(options.data());
            endings.push(data::close);
            smallDisk = options.smallDisk()
                    ? SmallDisk.mount(SMALL, data.root().resolve("nodes").resolve(SMALL))
                    : Optional.empty();
            smallDisk.ifPresent(disk -> endings.push(disk::close));
            console.accept("making a database …");
            database = Database.start(Database.home(data.root()), options.quaestor(), ticker);
            endings.push(database::close);
            sandbox = Sandbox.start(sandboxOptions(), data, console, threads);
            endings.push(sandbox::stop);
            var wire = Wire.create(InstantSource.system(), threads);
            endings.push(wire::close);
            for (var proxy : sandbox.proxies()) {
                var client = ProxyClient.open(proxy, wire, threads);
                endings.push(client::close);
                clients.add(client);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// @param console gets lines for a person
    /// @param threads makes virtual threads
    public static Cluster start(
            ClusterOptions options, Consumer<String> console, ThreadFactory threads, Ticker ticker)
            throws IOException, InterruptedException {
        return new Cluster(options, console, threads, ticker);
    }

    /// The clients of all proxies, whether these run or not.
    public List<ProxyClient> clients() {
        return List.copyOf(clients);
    }

    /// The directories of the nodes by their names.
    public Map<String, Path> nodes() {
        return sandbox.nodes();
    }

    public Limits limits() {
        return options.limits();
    }

    public Database database() {
        return database;
    }

    /// The disk that can be filled, if it could be made.
    public Optional<SmallDisk> smallDisk() {
        return smallDisk;
    }

    /// Does something to a node or a proxy and waits until it is done, for [Order#REVIVE] until it answers.
    public void order(Order order, String target) throws IOException, InterruptedException {
        var _ = sandbox.order(order, target);
    }

    /// Lets that many proxies run, the first ones.
    public void runProxies(int number) throws IOException, InterruptedException {
        for (int i = 0; i < clients.size(); i++) {
            order(i < number ? Order.REVIVE : Order.STOP, clients.get(i).name());
        }
    }

    /// Makes good whatever was left hurt.
    ///
    /// @param proxies how many are to run
    /// @throws IOException if that is not possible
    public void mend(int proxies) throws IOException, InterruptedException {
        database.start();
        if (smallDisk.isPresent()) {
            smallDisk.get().empty();
        }
        for (var node : nodes().keySet()) {
            order(Order.REVIVE, node);
        }
        runProxies(proxies);
    }

    /// Asks the proxies one after the other until one answers.
    ///
    /// @return empty if none does
    public Optional<RepositoryState> state(String repository) throws InterruptedException {
        for (var client : clients) {
            var state = client.state(repository);
            if (state.isPresent()) {
                return state;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        while (!endings.isEmpty()) {
            endings.pop().end();
        }
    }

    private SandboxOptions sandboxOptions() throws IOException {
        return new SandboxOptions(
                options.data(),
                0,
                NODES,
                options.quaestor(),
                options.gitaly(),
                nodeOptions(),
                SandboxOptions.ownJava(),
                new Trial(
                        options.proxies(),
                        "postgres",
                        database.tables() + "\n" + options.limits().tables()));
    }

    private List<String> nodeOptions() {
        return options.gitaly().isEmpty() && options.limits().areWritten()
                ? List.of("--vote-limit=" + options.limits().nodeVoteLimit().toSeconds() + "s")
                : List.of();
    }
}
