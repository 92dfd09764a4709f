package io.quaestor.sandbox.process;

import io.quaestor.sandbox.rpc.Loopback;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

/// Ports and tokens of a sandbox: chosen at its first start, the same ever after.
///
/// @param proxyPorts one for each proxy
/// @param proxyToken what clients of the proxies must know
/// @param gitaly     what the nodes are; empty for the sandbox's own
record Settings(
        int gatewayPort, List<Integer> proxyPorts, String proxyToken, List<Node> nodes, Optional<Gitaly> gitaly) {

    record Node(String name, int port, String token) {

        String address() {
            return "tcp://127.0.0.1:" + port;
        }

        @Override
        public String toString() {
            return name + " " + address();
        }
    }

    /// @param apiPort where its hooks ask
    /// @param secret  what they show there
    record Gitaly(Path program, int apiPort, String secret) {

        @Override
        public String toString() {
            return program.toString();
        }
    }

    int proxyPort() {
        return proxyPorts.getFirst();
    }

    /// Of the first proxy.
    String proxyAddress() {
        return proxyAddress(0);
    }

    String proxyAddress(int index) {
        return "tcp://127.0.0.1:" + proxyPorts.get(index);
    }

    /// The first is plainly the proxy.
    static String proxyName(int index) {
        return index == 0 ? "proxy" : "proxy-" + (index + 1);
    }

    @Override
    public String toString() {
        return "settings of " + nodes;
    }

    /// Reads the settings; makes up what is missing, and replaces ports that somebody else took meanwhile.
    ///
    /// @param tokens makes up tokens
    static Settings load(DataDirectory data, SandboxOptions options, Supplier<String> tokens) throws IOException {
        var old = read(data);
        var known = Integer.parseInt(old.getProperty("nodes", "0"));
        var nodes = options.nodes();
        if (known > 0 && nodes > 0 && nodes != known) {
            throw new SandboxException(data.root() + " has " + known
                    + " nodes already; their number is chosen at the first start");
        }
        var program = gitaly(data, options, old, known > 0);
        var ports = new Ports(old);
        var port = options.gatewayPort() > 0 ? options.gatewayPort() : ports.choose("gateway.port");
        var list = new ArrayList<Node>();
        for (int i = 1; i <= (known > 0 ? known : nodes > 0 ? nodes : 3); i++) {
            var name = "gitaly-" + i;
            list.add(new Node(name, ports.choose(name + ".port"), old.getProperty(name + ".token", tokens.get())));
        }
        var proxyPorts = new ArrayList<Integer>();
        for (int i = 0; i < options.trial().proxies(); i++) {
            proxyPorts.add(ports.choose(proxyName(i) + ".port"));
        }
        var gitaly = program.isEmpty()
                ? Optional.<Gitaly>empty()
                : Optional.of(new Gitaly(
                        program.get(),
                        ports.choose("gitaly.api.port"),
                        old.getProperty("gitaly.api.secret", tokens.get())));
        var settings = new Settings(
                port,
                List.copyOf(proxyPorts),
                old.getProperty("proxy.token", tokens.get()),
                List.copyOf(list),
                gitaly);
        settings.write(data);
        return settings;
    }

    /// Repositories of one kind of node are not taken over by the other: Gitaly keeps more in them.
    private static Optional<Path> gitaly(
            DataDirectory data, SandboxOptions options, Properties old, boolean isOld) throws SandboxException {
        var last = Optional.ofNullable(old.getProperty("gitaly.program")).map(Path::of);
        if (isOld && last.isEmpty() && options.gitaly().isPresent()) {
            throw new SandboxException(data.root()
                    + " has nodes of the sandbox itself already; whether they are Gitaly is chosen at the first start");
        }
        var program = options.gitaly().or(() -> last).map(Path::toAbsolutePath).map(Path::normalize);
        if (program.isPresent() && (Files.isDirectory(program.get()) || !Files.isExecutable(program.get()))) {
            throw new SandboxException("no program " + program.get() + "; say with --gitaly where Gitaly is");
        }
        return program;
    }

    private static Properties read(DataDirectory data) throws IOException {
        var properties = new Properties();
        if (Files.exists(data.settings())) {
            properties.load(new StringReader(Files.readString(data.settings())));
        }
        return properties;
    }

    private void write(DataDirectory data) throws IOException {
        var properties = new Properties();
        properties.setProperty("gateway.port", String.valueOf(gatewayPort));
        for (int i = 0; i < proxyPorts.size(); i++) {
            properties.setProperty(proxyName(i) + ".port", String.valueOf(proxyPorts.get(i)));
        }
        properties.setProperty("proxy.token", proxyToken);
        properties.setProperty("nodes", String.valueOf(nodes.size()));
        for (var node : nodes) {
            properties.setProperty(node.name() + ".port", String.valueOf(node.port()));
            properties.setProperty(node.name() + ".token", node.token());
            PrivateFile.write(data.token(node.name()), node.token() + "\n");
        }
        gitaly.ifPresent(nodeProgram -> {
            properties.setProperty("gitaly.program", nodeProgram.program().toString());
            properties.setProperty("gitaly.api.port", String.valueOf(nodeProgram.apiPort()));
            properties.setProperty("gitaly.api.secret", nodeProgram.secret());
        });
        var text = new StringWriter();
        properties.store(text, null);
        PrivateFile.write(data.settings(), text.toString());
    }

    /// Chooses free ports, each once.
    private static final class Ports {

        private final Properties old;
        private final Set<Integer> chosen = new HashSet<>();

        private Ports(Properties old) {
            this.old = old;
        }

        private int choose(String key) throws IOException {
            int last = Integer.parseInt(old.getProperty(key, "0"));
            var port = last > 0 && isFree(last) && !chosen.contains(last) ? last : free();
            chosen.add(port);
            return port;
        }

        private int free() throws IOException {
            for (int attempt = 0; attempt < 100; attempt++) {
                try (var socket = new ServerSocket(0, 1, Loopback.port(0).getAddress())) {
                    if (!chosen.contains(socket.getLocalPort())) {
                        return socket.getLocalPort();
                    }
                }
            }
            throw new SandboxException("no free port on 127.0.0.1");
        }

        private static boolean isFree(int port) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true); // as the servers do, so that a port of just now counts as free
                socket.bind(Loopback.port(port));
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }
}
