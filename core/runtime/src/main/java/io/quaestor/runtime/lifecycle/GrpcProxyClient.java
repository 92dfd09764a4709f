package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.cli.ProxyCallException;
import io.quaestor.runtime.cli.ProxyClient;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ListenAddress;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.transport.client.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;

/// Speaks to a running proxy for the commands.
final class GrpcProxyClient implements ProxyClient {

    /// For one call. An operator waits for it.
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final io.quaestor.transport.client.ProxyClient client;

    GrpcProxyClient(Configuration configuration, Clock clock) {
        var address = address(configuration.listeners().toDial());
        client = io.quaestor.transport.client.ProxyClient.of(
                NodeAddress.parse(address), configuration.auth().token(), clock, LIMIT);
    }

    private static String address(ListenAddress listener) {
        return switch (listener.scheme()) {
            case UNIX -> "unix:" + Path.of(listener.address()).toAbsolutePath();
            case TCP -> "tcp://" + listener.address();
            case TLS -> throw new IllegalArgumentException("commands do not speak TLS yet");
        };
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
                found.suspectSince(),
                replicas);
    }

    @Override
    public void close() {
        client.close();
    }
}
