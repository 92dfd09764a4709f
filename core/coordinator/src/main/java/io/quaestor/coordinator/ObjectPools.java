package io.quaestor.coordinator;

import io.quaestor.catalogue.FieldPath;
import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.ClusterView;
import io.quaestor.routing.ReadPlacement;
import io.quaestor.routing.Refusal;
import io.quaestor.routing.Route;
import io.quaestor.routing.Router;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers from which object pool a repository borrows (RT 1.11). A node that has the repository knows; it names the
/// pool by a path of its own, which is translated into the one that clients know.
///
/// **Threads:** begins on the event loop of the call; what blocks goes on in virtual threads.
final class ObjectPools {

    private static final String ROUTE = "route RPC: ";
    private static final String LOOKUP = "consistent storages: ";
    private static final String ASK = "get object pool: ";
    private static final String TRANSLATE = "get Praefect repository metadata: ";
    private static final byte[] NO_POOL = {};

    /// `GetObjectPoolResponse.object_pool.repository` (TR 6.3).
    private static final FieldPath POOL = FieldPath.toRepository("1.1", "");

    /// Where proxies put object pools; the last part is the number of the repository (RT 1.11, 3.3).
    private static final Pattern PATH_ON_NODES = Pattern.compile("@cluster/pools/[0-9a-f]{2}/[0-9a-f]{2}/([0-9]+)\\z");

    /// How long a node may take. A client's own limit comes first where it is shorter.
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// The same where another one can be asked: to read one small file takes milliseconds.
    private static final Duration LIMIT_OF_FIRST = Duration.ofSeconds(5);

    private final Supplier<Datastore> datastore;
    private final Supplier<ClusterView> view;
    private final NodeCalls nodes;
    private final Router router;
    private final PlacementCache cache;
    private final PlacementReader placements;
    private final Background background;
    private final Seeds seeds;
    private final ReadLead reads;

    ObjectPools(
            CoordinatorParts parts,
            ReadLead reads,
            PlacementCache cache,
            PlacementReader placements,
            Background background,
            Seeds seeds) {
        this.datastore = parts.datastore();
        this.view = parts.view();
        this.nodes = parts.nodes();
        this.router = new Router(parts.reading());
        this.cache = cache;
        this.placements = placements;
        this.background = background;
        this.seeds = seeds;
        this.reads = reads;
    }

    void lead(Exchange exchange, Rpc rpc, RepositoryKey key) {
        reads.whenSafe(
                exchange,
                key,
                safe -> background.lead(
                        exchange, ROUTE + LOOKUP, () -> route(new Question(exchange, rpc, key, safe))));
    }

    private Runnable route(Question question) throws InterruptedException {
        if (!view.get().knows(question.key.virtualStorage())) {
            return question.refuse(Failures.of(Refusal.VIRTUAL_STORAGE_UNKNOWN, "").after(ROUTE));
        }
        var placement = find(question.key);
        if (placement.isEmpty()) {
            return question.refuse(Failures.of(Refusal.REPOSITORY_UNKNOWN, "").after(ROUTE + LOOKUP));
        }
        return switch (router.read(view.get(), placement.get().among(question.safe), seeds.next())) {
            case Route.Read read -> ask(question, read, placement.get());
            case Route.Refused refused -> question.refuse(Failures.of(refused.reason(), "").after(ROUTE));
            case Route.Write _, Route.Create _, Route.Maintenance _, Route.Storage _ ->
                throw new IllegalStateException("not a route for a read");
        };
    }

    private Optional<ReadPlacement> find(RepositoryKey key) throws InterruptedException {
        var known = cache.get(key);
        return known != null ? Optional.of(known) : placements.forRead(key);
    }

    private Runnable ask(Question question, Route.Read route, ReadPlacement placement) throws InterruptedException {
        Optional<String> path;
        try {
            path = RepositoryMessage.relativePath(POOL, askOneOrAnother(question, route, placement));
        } catch (NodeCallException e) {
            return question.refuse(Failures.of(e).after(ASK));
        } catch (IllegalArgumentException e) { // what the node said is not protobuf
            return question.refuse(new Failure(StatusCode.INTERNAL, ASK + e.getMessage()));
        }
        return path.isPresent() ? translate(question, path.get()) : question.answer(NO_POOL);
    }

    /// Asks a second node where the first one is away, as for any other read.
    private byte[] askOneOrAnother(Question question, Route.Read route, ReadPlacement placement)
            throws NodeCallException, InterruptedException {
        boolean alone = reads.elsewhere(placement, route.node(), Duration.ZERO) == null;
        try {
            return askNode(question, route, alone ? LIMIT : LIMIT_OF_FIRST);
        } catch (NodeCallException e) {
            boolean away = e.code() == StatusCode.UNAVAILABLE.number() || e.code() == StatusCode.DEADLINE_EXCEEDED.number();
            var another = away ? elsewhere(question, route) : null; // as it is now: others may have fallen behind
            if (another == null) {
                throw e;
            }
            return askNode(question, another, LIMIT);
        }
    }

    private Route.@Nullable Read elsewhere(Question question, Route.Read route) throws InterruptedException {
        var placement = find(question.key);
        return placement.isEmpty() ? null : reads.elsewhere(placement.get(), route.node(), Duration.ZERO);
    }

    private byte[] askNode(Question question, Route.Read route, Duration limit)
            throws NodeCallException, InterruptedException {
        var message = RepositoryMessage.write(
                question.rpc.target().orElseThrow(),
                route.node().storage().value(),
                route.path().value());
        var headers = NodeRound.headers(question.exchange.correlationId());
        return nodes.unary(route.node(), question.rpc.fullMethodName(), message, headers, limit);
    }

    /// Names the pool as clients do. One that no proxy made has the same path for both.
    private Runnable translate(Question question, String pathOnNode) throws InterruptedException {
        var matcher = PATH_ON_NODES.matcher(pathOnNode);
        if (!matcher.find()) {
            return question.answerPool(pathOnNode);
        }
        try {
            var id = number(matcher.group(1));
            var pool = id.isEmpty() ? Optional.<RepositoryKey>empty() : keyOf(id.get());
            return pool.isPresent()
                    ? question.answerPool(pool.get().relativePath())
                    : question.refuse(new Failure(StatusCode.INTERNAL, TRANSLATE + "repository not found"));
        } catch (DatastoreException e) {
            return question.refuse(Failures.of(e, TRANSLATE));
        }
    }

    private Optional<RepositoryKey> keyOf(RepositoryId id) throws InterruptedException {
        return datastore.get().placements().find(id).map(placement -> placement.key());
    }

    /// @return empty for a number that no repository can have
    private static Optional<RepositoryId> number(String digits) {
        try {
            long value = Long.parseLong(digits);
            return value > 0 ? Optional.of(new RepositoryId(value)) : Optional.empty();
        } catch (NumberFormatException _) { // too large
            return Optional.empty();
        }
    }

    /// A client that asks for the pool of a repository.
    ///
    /// @param safe who may be read; `null` for everybody who is up to date
    private record Question(Exchange exchange, Rpc rpc, RepositoryKey key, @Nullable Set<StorageName> safe) {

        Runnable answerPool(String relativePath) {
            return answer(RepositoryMessage.write(POOL, key.virtualStorage().name(), relativePath));
        }

        Runnable answer(byte[] message) {
            return () -> exchange.answer(message);
        }

        Runnable refuse(Failure failure) {
            return () -> exchange.fail(failure);
        }
    }
}
