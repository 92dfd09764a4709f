package io.quaestor.coordinator;

import io.quaestor.catalogue.InvalidRequest;
import io.quaestor.catalogue.Releases;
import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.catalogue.StorageRequest;
import io.quaestor.routing.ReplicaPaths;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.model.RepositoryKey;
import java.util.function.Supplier;

/// RPCs that the proxy answers itself instead of forwarding them (RT 1.11): what exists is known here, a removal begins
/// here, and object pools have other names here than on nodes.
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class Interceptors {

    private static final String REMOVE_ALL = "RemoveAll";

    /// `RepositoryExistsResponse` with its field `exists` (1) set, and without.
    private static final byte[] EXISTS = {8, 1};

    private static final byte[] EMPTY = {};

    private final Supplier<Datastore> datastore;
    private final Background background;
    private final Removals removals;
    private final ObjectPools pools;

    Interceptors(
            CoordinatorParts parts,
            ReadLead reads,
            PlacementCache cache,
            PlacementReader placements,
            Background background,
            Seeds seeds) {
        this.datastore = parts.datastore();
        this.background = background;
        this.removals = new Removals(parts, cache, background);
        this.pools = new ObjectPools(parts, reads, cache, placements, background, seeds);
    }

    /// @return `false` if the RPC is to be forwarded
    boolean lead(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        if (rpc.interceptedIn() == Releases.NEITHER) {
            return false;
        }
        switch (rpc.method()) {
            case "RepositoryExists" -> exists(exchange, key);
            case "RemoveRepository" -> removals.repository(exchange, rpc, request, key);
            case "GetObjectPool" -> pools.lead(exchange, rpc, key);
            case "DeleteObjectPool" -> deletePool(exchange, rpc, request, key);
            case "ReplicateRepository" -> {
                return false; // a write like others; the catalogue clears the field that asks for object pools
            }
            default -> exchange.fail(Failures.notServed(rpc));
        }
        return true;
    }

    /// @return `false` if the RPC is to be forwarded
    boolean lead(Exchange exchange, Rpc rpc, StorageRequest request) {
        if (!rpc.method().equals(REMOVE_ALL)) {
            return false;
        }
        removals.everything(exchange, rpc, request);
        return true;
    }

    /// Ends a call that does not say what it is about. In a storage without a name there is nothing to remove.
    void refuse(Exchange exchange, Rpc rpc, InvalidRequest request) {
        if (rpc.method().equals(REMOVE_ALL)) {
            exchange.answer(EMPTY);
        } else {
            exchange.fail(Failures.of(request, rpc));
        }
    }

    private void exists(Exchange exchange, RepositoryKey key) {
        background.lead(exchange, "repository exists: ", () -> {
            byte[] answer = datastore.get().repositories().exists(key) ? EXISTS : EMPTY;
            return () -> exchange.answer(answer);
        });
    }

    private void deletePool(Exchange exchange, Rpc rpc, RepositoryRequest request, RepositoryKey key) {
        if (ReplicaPaths.isPool(key.relativePath())) {
            removals.pool(exchange, rpc, request, key);
        } else {
            exchange.fail(Failures.notAPool()); // nobody removes a repository by calling it a pool
        }
    }
}
