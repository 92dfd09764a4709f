package io.quaestor.sandbox.node;

import io.grpc.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/// Where other storages are and how to be let in: the metadata `gitaly-servers`, base64 of JSON
/// `{"<storage>": {"address": "…", "token": "…"}}` (RT 6.4).
///
/// @param servers by name of the storage
record SourceServers(Map<String, Server> servers) {

    static final String KEY = "gitaly-servers";

    record Server(String address, String token) {

        @Override
        public String toString() {
            return address;
        }
    }

    static SourceServers parse(String header) throws StatusException {
        try {
            var json = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
            var servers = new HashMap<String, Server>();
            for (var entry : Json.object(json).entrySet()) {
                if (!(entry.getValue() instanceof Map<?, ?> fields)) {
                    throw new IllegalArgumentException("\"" + entry.getKey() + "\" is not an object");
                }
                servers.put(entry.getKey(), new Server(text(fields, "address"), text(fields, "token")));
            }
            return new SourceServers(Map.copyOf(servers));
        } catch (IllegalArgumentException e) {
            throw Repositories.invalid("metadata " + KEY + " is not understood: " + e.getMessage());
        }
    }

    Server of(String storage) throws StatusException {
        var server = servers.get(storage);
        if (server == null || server.address().isEmpty()) {
            throw Repositories.invalid("metadata " + KEY + " does not name storage \"" + storage + "\"");
        }
        return server;
    }

    private static String text(Map<?, ?> fields, String key) {
        return fields.get(key) instanceof String text ? text : "";
    }
}
