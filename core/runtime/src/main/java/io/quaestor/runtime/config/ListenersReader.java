package io.quaestor.runtime.config;

import io.quaestor.runtime.config.ListenAddress.Scheme;
import java.util.HashMap;
import java.util.ArrayList;
import java.util.List;

/// Interprets where the proxy listens (OPS 1.8).
final class ListenersReader {

    private final Section root;
    private final List<ListenAddress> addresses = new ArrayList<>();

    ListenersReader(Section root) {
        this.root = root;
    }

    Listeners read() {
        String plain = root.text("listen_addr", "");
        String socket = root.text("socket_path", "");
        String tls = root.text("tls_listen_addr", "");
        boolean given = root.has("listen_addr") || root.has("socket_path") || root.has("tls_listen_addr");
        if (plain.isEmpty() && socket.isEmpty() && tls.isEmpty()) {
            nothingSet(given);
        }
        add("listen_addr", plain, Scheme.TCP);
        add("socket_path", socket, Scheme.UNIX);
        add("tls_listen_addr", tls, Scheme.TLS);
        refuseTwice();
        return new Listeners(addresses, plain, socket, tls);
    }

    private void nothingSet(boolean given) {
        if (!given || !root.problems().any()) {
            root.problems()
                    .validating(
                            root.at(),
                            List.of(),
                            "none of \"socket_path\", \"listen_addr\" or \"tls_listen_addr\" is set",
                            "no listen address or socket path configured");
        }
    }

    /// A scheme in the value goes before the one of the key.
    private void add(String key, String text, Scheme ofKey) {
        if (text.isEmpty()) {
            return;
        }
        int end = text.indexOf("://");
        String address = end < 0 ? text : text.substring(end + "://".length());
        Scheme scheme = switch (end < 0 ? "" : text.substring(0, end)) {
            case "" -> ofKey;
            case "tcp" -> Scheme.TCP;
            case "tls" -> Scheme.TLS;
            case "unix" -> Scheme.UNIX;
            case String other -> {
                root.wrong(key, "unsupported schema: \"" + other + "\"");
                yield ofKey;
            }
        };
        if (address.isEmpty()) {
            root.wrong(key, "empty address can't be used");
        } else if (scheme != Scheme.UNIX && !ListenAddress.isHostAndPort(address)) {
            root.wrong(key, "must be host:port, for example \"0.0.0.0:2305\"");
        } else {
            addresses.add(new ListenAddress(scheme, address));
        }
    }

    private void refuseTwice() {
        var seen = new HashMap<String, Scheme>();
        for (ListenAddress address : addresses) {
            Scheme before = seen.putIfAbsent(address.address(), address.scheme());
            if (before != null) {
                root.problems()
                        .validating(
                                root.at("listen_addr"),
                                List.of(),
                                "same address can't be used for different schemas \"" + address.address() + "\"");
            }
        }
    }
}
