package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.cli.ProxyCallException;
import io.quaestor.runtime.cli.ProxyClient;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ListenAddress;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.transport.client.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Speaks to a running proxy for the commands.
final class GrpcProxyClient implements ProxyClient {

    /// For one call. An operator waits for it.
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final io.quaestor.transport.client.ProxyClient client;

    GrpcProxyClient(Configuration configuration, Clock clock) {
        var address = address(configuration.listeners().addresses());
        client = io.quaestor.transport.client.ProxyClient.of(
                NodeAddress.parse(address), configuration.auth().token(), clock, LIMIT);
    }

    /// A socket in the file system goes before an address, as Praefect's commands have it (OPS 2.3).
    private static String address(List<ListenAddress> listeners) {
        for (var listener : listeners) {
            if (listener.scheme() == ListenAddress.Scheme.UNIX) {
                return "unix:" + Path.of(listener.address()).toAbsolutePath();
            }
        }
        for (var listener : listeners) {
            if (listener.scheme() == ListenAddress.Scheme.TCP) {
                var host = listener.host();
                boolean everywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
                var named = everywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
                return "tcp://" + named + ":" + listener.port();
            }
        }
        throw new IllegalArgumentException("the configuration names no listener that a command can call");
    }

    @Override
    public RepositoryMetadata metadata(RepositoryQuery query) throws ProxyCallException {
        try {
            return converted(
                    switch (query) {
                        case RepositoryQuery.ById(long id) -> client.repository(id);
                        case RepositoryQuery.ByPath(String virtualStorage, String path) ->
                            client.repository(virtualStorage, path);
                    });
        } catch (io.quaestor.transport.client.ProxyCallException e) {
            throw new ProxyCallException(e.code().number(), String.valueOf(e.getMessage()));
        }
    }

    private static RepositoryMetadata converted(io.quaestor.transport.client.RepositoryMetadata found) {
        var replicas = found.replicas().stream()
                .map(r -> new Replica(
                        r.storage(), r.assigned(), r.generation(), r.healthy(), r.validPrimary(), r.verifiedAt()))
                .toList();
        return new RepositoryMetadata(
                found.id(),
                found.virtualStorage(),
                found.relativePath(),
                found.replicaPath(),
                found.primary(),
                found.generation(),
                replicas);
    }

    @Override
    public void close() {
        client.close();
    }
}
