package io.quaestor.simulation;

import io.quaestor.simulation.nodes.Node;
import io.quaestor.simulation.proxy.SimulatedProxy;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.InMemoryDatastore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What must be gone when nobody does anything any more: transactions, intents, turns, holds, jobs, calls and locks.
final class Leaks {

    private final World world;
    private final InMemoryDatastore datastore;

    /// @param datastore a session of its own
    Leaks(World world, InMemoryDatastore datastore) {
        this.world = world;
        this.datastore = datastore;
    }

    /// @param lost nodes that are not there any more, and whose jobs stay
    /// @return what is left
    Optional<String> find(Set<Node> lost) {
        var storages = lost.stream().map(n -> n.id().storage()).toList();
        var intents = Undisturbed.ask(datastore::openIntents);
        var jobs = Undisturbed.ask(datastore::jobs).stream()
                .filter(j -> !storages.contains(j.job().target()))
                .toList();
        var proxies = world.processes.stream().filter(p -> !isIdle(p)).toList();
        var nodes = world.fleet.nodes().stream()
                .filter(n -> !lost.contains(n) && (n.calls() != 0 || n.lockCount() != 0))
                .toList();
        return intents.isEmpty() && jobs.isEmpty() && proxies.isEmpty() && nodes.isEmpty()
                ? held(world.invariants.known())
                : Optional.of("11: something is left: intents " + intents + ", jobs " + jobs + ", proxies with writes "
                        + proxies + ", nodes with calls or locks " + nodes);
    }

    private static boolean isIdle(SimulatedProxy proxy) {
        return Undisturbed.ask(proxy::isIdle);
    }

    /// Whether somebody else could write to each repository.
    ///
    /// @return which cannot be written to
    private Optional<String> held(List<RepositoryKey> repositories) {
        return Undisturbed.ask(() -> {
            var intents = datastore.intents().orElseThrow();
            var life = intents.join(new ProxyIdentity("inspector", "nowhere"), Duration.ofSeconds(5));
            for (int i = 0; i < repositories.size(); i++) {
                var placement = datastore.placements().find(repositories.get(i)).orElseThrow();
                if (!isFree(placement, life, i)) {
                    return Optional.of("11: somebody has the turn of " + placement + ", or holds its writes");
                }
            }
            return Optional.empty();
        });
    }

    private boolean isFree(Placement placement, ProxyLife life, int number) throws InterruptedException {
        var turn = new WriteTurn(placement.id(), life, number);
        var intent = new NewIntent.Update(
                IntentId.of(life, number), placement.id(), placement.key(), placement.generation(), 0);
        boolean mine = datastore.turns().orElseThrow().take(turn);
        var intents = datastore.intents().orElseThrow();
        boolean opened = intents.open(life, List.of(intent)).getFirst() instanceof IntentResult.Opened;
        datastore.turns().orElseThrow().end(turn);
        intents.withdraw(List.of(intent.id()));
        return mine && opened;
    }
}
