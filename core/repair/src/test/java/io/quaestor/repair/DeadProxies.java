package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// A proxy that recovers what others have left, in a [Workshop]: one that dies after a second, and one that lives on.
final class DeadProxies {

    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration RIPE_AFTER = Duration.ofSeconds(20);
    static final Duration RIPE_AFTER_RETURN = Duration.ofSeconds(10);
    static final ProxyIdentity DYING = new ProxyIdentity("dying", "host-1");

    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final String CHECKSUM = "gitaly.RepositoryService/CalculateChecksum";

    final Workshop workshop = new Workshop(0);
    final List<String> retried = new CopyOnWriteArrayList<>(); // as in `default/gitaly-1 7`
    final List<RepositoryKey> changed = new CopyOnWriteArrayList<>();
    final Recovery recovery;
    final ProxyLife dying;
    final ProxyLife living;
    volatile Optional<ProxyLife> own;

    private int intents;

    DeadProxies() throws InterruptedException {
        own = Optional.of(intents().join(new ProxyIdentity("recovering", "host-2"), LONG));
        living = intents().join(new ProxyIdentity("living", "host-3"), LONG);
        dying = intents().join(DYING, STEP);
        recovery = new Recovery(
                new RecoverySettings(LEASE, new Ripeness(RIPE_AFTER, RIPE_AFTER_RETURN), Duration.ofSeconds(10)),
                workshop.parts(),
                new RecoveryParts(
                        () -> own, _ -> List.of(Workshop.G1, Workshop.G2, Workshop.G3), changed::add),
                (node, repository) -> retried.add(node + " " + repository));
        contents("a", "a", "a");
    }

    Intents intents() {
        return workshop.data.intents().orElseThrow();
    }

    /// Ends the recovery, whatever a test has left.
    void stop() throws InterruptedException {
        workshop.faults.endOutage();
        for (var operation : Operation.values()) {
            workshop.faults.release(operation);
        }
        assertThat(recovery.stop(Workshop.LIMIT)).isTrue();
    }

    /// What the nodes say of every repository; `!` for a failure.
    void contents(String... contents) {
        var storages = List.of(Workshop.G1, Workshop.G2, Workshop.G3);
        for (int i = 0; i < contents.length; i++) {
            var node = workshop.nodes.get(storages.get(i));
            if (contents[i].equals("!")) {
                node.refuse(CHECKSUM, 13, "cannot be read");
            } else {
                var answer = contents[i].getBytes(StandardCharsets.UTF_8);
                node.answer(CHECKSUM, _ -> answer);
            }
        }
    }

    /// A proxy begins to write.
    IntentId writes(ProxyLife life, RepositoryId repository) throws InterruptedException {
        var id = IntentId.of(life, ++intents);
        assertThat(open(life, id, repository)).isInstanceOf(IntentResult.Opened.class);
        return id;
    }

    private IntentResult open(ProxyLife life, IntentId id, RepositoryId repository) throws InterruptedException {
        var key = workshop.data.placements().find(repository).orElseThrow().key();
        return intents().open(life, List.of(new NewIntent.Update(id, repository, key, new Generation(5), 1))).getFirst();
    }

    /// A proxy begins to create.
    RepositoryId creates(ProxyLife life, String path) throws InterruptedException {
        var creation = new NewIntent.Creation(IntentId.of(life, ++intents), new RepositoryKey(Stories.DEFAULT, path), 1);
        var result = intents().open(life, List.of(creation)).getFirst();
        assertThat(result).isInstanceOf(IntentResult.Opened.class);
        return ((IntentResult.Opened) result).repository();
    }

    /// A proxy that was only silent records what it has created.
    void records(RepositoryId repository, String path) throws InterruptedException {
        var intent = intents().suspects(new Ripeness(Duration.ZERO, Duration.ZERO), 1).getFirst().intent();
        var result = workshop.data
                .repositories()
                .record(List.of(new WriteRecord.Creation(
                        repository,
                        new RepositoryKey(Stories.DEFAULT, path),
                        new ReplicaPath("path"),
                        Workshop.G1,
                        Set.of(Workshop.G1),
                        Set.of(),
                        false,
                        "late",
                        Optional.of(intent))))
                .getFirst();
        assertThat(result).isInstanceOf(WriteResult.Recorded.class);
    }

    /// Whether writes to it wait.
    boolean isHeld(RepositoryId repository) throws InterruptedException {
        var id = IntentId.of(living, ++intents);
        boolean held = open(living, id, repository) instanceof IntentResult.Held;
        intents().withdraw(List.of(id));
        return held;
    }

    boolean isSuspect(RepositoryId repository) throws InterruptedException {
        return workshop.data.placements().find(repository).orElseThrow().suspect().isPresent();
    }

    /// Time goes by in steps of a second; in between all threads come to rest.
    void pass(Duration time) {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) {
            workshop.advance(left.compareTo(STEP) < 0 ? left : STEP);
        }
        workshop.settle();
    }

    /// Until nodes can no longer write for the one that dies.
    void passUntilRipe() {
        pass(STEP.plus(RIPE_AFTER));
    }

    /// Generation of the repository and of its replicas, as in `6: 6 5 5`.
    String generations(RepositoryId repository) throws InterruptedException {
        var placement = workshop.data.placements().find(repository).orElseThrow();
        return placement.generation() + ": "
                + placement.replicas().stream()
                        .filter(r -> r.generation().isRecorded())
                        .map(r -> r.generation().toString())
                        .collect(Collectors.joining(" "));
    }

    /// The jobs there are, as in `1→2`.
    String jobs() throws InterruptedException {
        return workshop.data.jobs().stream()
                .map(stored -> number(stored.job().source().orElseThrow()) + "→" + number(stored.job().target()))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String number(StorageName storage) {
        return storage.value().replace("gitaly-", "");
    }
}
