package io.quaestor.sandbox.process;

import io.quaestor.sandbox.rpc.Loopback;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

/// Ports and tokens of a sandbox: chosen at its first start, the same ever after.
///
/// @param proxyToken what clients of the proxy must know
record Settings(int gatewayPort, int proxyPort, String proxyToken, List<Node> nodes) {

    record Node(String name, int port, String token) {

        String address() {
            return "tcp://127.0.0.1:" + port;
        }

        @Override
        public String toString() {
            return name + " " + address();
        }
    }

    String proxyAddress() {
        return "tcp://127.0.0.1:" + proxyPort;
    }

    @Override
    public String toString() {
        return "settings of " + nodes;
    }

    /// Reads the settings; makes up what is missing, and replaces ports that somebody else took meanwhile.
    ///
    /// @param gatewayPort asked for; 0 for the one of last time, or any
    /// @param nodes       how many; 0 for as many as last time, or three
    /// @param tokens      makes up tokens
    static Settings load(DataDirectory data, int gatewayPort, int nodes, Supplier<String> tokens)
            throws IOException {
        var old = read(data);
        var known = Integer.parseInt(old.getProperty("nodes", "0"));
        if (known > 0 && nodes > 0 && nodes != known) {
            throw new SandboxException(data.root() + " has " + known
                    + " nodes already; their number is chosen at the first start");
        }
        var ports = new Ports(old);
        var port = gatewayPort > 0 ? gatewayPort : ports.choose("gateway.port");
        var list = new ArrayList<Node>();
        for (int i = 1; i <= (known > 0 ? known : nodes > 0 ? nodes : 3); i++) {
            var name = "gitaly-" + i;
            list.add(new Node(name, ports.choose(name + ".port"), old.getProperty(name + ".token", tokens.get())));
        }
        var settings = new Settings(
                port, ports.choose("proxy.port"), old.getProperty("proxy.token", tokens.get()), List.copyOf(list));
        settings.write(data);
        return settings;
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
        properties.setProperty("proxy.port", String.valueOf(proxyPort));
        properties.setProperty("proxy.token", proxyToken);
        properties.setProperty("nodes", String.valueOf(nodes.size()));
        for (var node : nodes) {
            properties.setProperty(node.name() + ".port", String.valueOf(node.port()));
            properties.setProperty(node.name() + ".token", node.token());
            PrivateFile.write(data.token(node.name()), node.token() + "\n");
        }
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
