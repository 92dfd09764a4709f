package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.testkit.fake.Fault;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Creations that nodes vote on, that fail, and that race: RT 3.3, 11.6, 11.9; P2, P4. See [WriteStory].
class CreationVotesTest {

    private static final String TAKEN = "route repository creation: reserve repository id: repository already exists";

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    CreationVotesTest() throws InterruptedException {}

    @ParameterizedTest(name = "{0} → {1}, {2}")
    @CsvSource({
        "'all:Pa all:Ca all+',                                  'n1 n2 n3', ''",
        "'n1:Pa n2:Pa n3:Pb n1:Ca n2:Ca n1+ n2+ n3-',           'n1 n2',    'n1→n3'",
        "'n3? n1:Pa n2:Pa n1:Ca n2:Ca n1+ n2+',                 'n1 n2',    'n1→n3'",
        "'n2? n3? n1:Pa n1:Ca n1+',                             'n1',       'n1→n2 n1→n3'",
        "'all:Pa all:Ca all-',                                  'n1 n2 n3', ''", // made, and then something else failed
        "'all:Pa n1! n2:Ca n3:Ca n2+ n3+',                      'n2 n3',    'n2→n1'", // a secondary takes its place
        "'all:Pa gone all:Ca all+',                             'n1 n2 n3', ''",
    })
    void aCreationThatSomebodyMadeIsRecorded(String story, String upToDate, String jobs) throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE);

        WriteStory.play(proxy, call, story);

        assertThat(call.told()).isEqualTo("pass");
        assertThat(ordinals(call, proxy.placement().upToDate())).isEqualTo(upToDate);
        assertThat(proxy.placement().primary()).contains(proxy.placement().upToDate().contains(nth(call, 1)) ? nth(call, 1) : nth(call, 2));
        assertThat(jobsByOrdinal(call)).isEqualTo(jobs);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "all-", "all!", "all?", "n1:Pa n2:Pb n3:Pc all-", "n1:Pa n1! all-", "n1:Pa gone"
    })
    void aCreationThatNobodyWasPermittedLeavesNothing(String story) throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE);

        WriteStory.play(proxy, call, story);

        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
        assertThat(proxy.nodeCalls.calls()).isEmpty(); // nothing can be there
        assertThat(proxy.jobs()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"all:Pa all-", "all:Pa all!", "n2:Pa n1:Pa n2:Ca n1- n2+ n3-"})
    void aCreationThatFailedAfterItWasPermittedLeavesNoPhantomAndNoFiles(String story) throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE).awaitDecision();
        proxy.nodes.values().forEach(node -> node.put(new ReplicaPath("@cluster/repositories/6b/86/1"), "half"));

        WriteStory.play(proxy, call, story);

        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.memory.repositories().exists(ProxyFixture.KEY)).isFalse();
        assertThat(proxy.nodes.values()).allSatisfy(
                node -> assertThat(node.content(new ReplicaPath("@cluster/repositories/6b/86/1"))).isEmpty());
        assertThat(proxy.call(ProxyFixture.CREATE).succeed()).isEqualTo("pass"); // it may be tried again at once
    }

    @Test
    void aCreationThatFailedCanBeTriedAgainThoughItsFilesCannotBeRemoved() throws InterruptedException {
        proxy.nodes.get("g2").goDown();
        WriteStory.play(proxy, proxy.call(ProxyFixture.CREATE), "all:Pa all-");

        assertThat(proxy.nodeCalls.calls("RemoveRepository")).hasSize(3);
        assertThat(proxy.call(ProxyFixture.CREATE).storages()).hasSize(3);
    }

    @Test
    void theNameIsTakenBeforeAnythingLeaves() throws InterruptedException {
        proxy.datastore.hold(Operation.OPEN_INTENTS);
        var call = proxy.call(ProxyFixture.CREATE);
        proxy.settle();
        assertThat(call.isDecided()).isFalse();

        proxy.datastore.release(Operation.OPEN_INTENTS);

        assertThat(call.storages()).hasSize(3);
        assertThat(proxy.openIntents()).isEqualTo(1);
    }

    @Test
    void ofTwoWhoCreateTheSameNameAtOnceTheSecondIsRefusedBeforeItBegins() throws InterruptedException {
        var first = proxy.call(ProxyFixture.CREATE).awaitDecision();

        assertThat(proxy.call(ProxyFixture.CREATE).failure()).isEqualTo(new Failure(StatusCode.ALREADY_EXISTS, TAKEN));

        assertThat(first.succeed()).isEqualTo("pass");
        assertThat(proxy.call(ProxyFixture.CREATE).failure()).isEqualTo(new Failure(StatusCode.ALREADY_EXISTS, TAKEN));
    }

    @Test
    void anUpsertOfWhatIsBeingCreatedIsToBeTriedAgain() throws InterruptedException {
        var first = proxy.call(ProxyFixture.CREATE).awaitDecision();

        assertThat(proxy.call(ProxyFixture.UPSERT).failure())
                .isEqualTo(new Failure(
                        StatusCode.UNAVAILABLE, "route repository creation: the repository is being created"));

        first.succeed();
        assertThat(proxy.call(ProxyFixture.UPSERT).succeed()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo("1: g1=1 g2=1 g3=1");
    }

    @Test
    void whoLosesTheRaceAtTheRecordLeavesNoFiles() throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE).awaitDecision();
        var mine = new ReplicaPath("@cluster/repositories/6b/86/1");
        proxy.nodes.values().forEach(node -> node.put(mine, "mine"));
        anotherProxyCreates(77);

        assertThat(call.succeed()).isEqualTo("ALREADY_EXISTS: repository already exists");

        assertThat(proxy.nodes.values()).allSatisfy(node -> assertThat(node.content(mine)).isEmpty());
        assertThat(proxy.placement().id()).isEqualTo(new RepositoryId(77));
    }

    @Test
    void filesOfACreationThatWasRecordedAfterAllAreNotRemoved() throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE).awaitDecision().agree('a');
        proxy.datastore.fail(Operation.RECORD, Fault.IN_DOUBT_AFTER);
        proxy.datastore.beginOutage(Fault.UNCHANGED);
        assertThat(call.end(StatusCode.OK, true, true)).isEqualTo("waits");
        proxy.advance(Duration.ofSeconds(31));
        assertThat(call.told()).startsWith("UNAVAILABLE: ");
        proxy.advance(Duration.ofMinutes(3)); // longer than the datastore remembers what it said
        proxy.datastore.hold(Operation.RECORD);
        proxy.datastore.endOutage();
        anotherProxyOpensAnIntent();

        proxy.advance(Duration.ofSeconds(1));
        proxy.datastore.release(Operation.RECORD); // it says that there is such a repository already
        proxy.settle();

        assertThat(proxy.nodeCalls.calls("RemoveRepository")).isEmpty();
        assertThat(proxy.generations()).isEqualTo("0: g1=0 g2=0 g3=0");
    }

    @Test
    void aCreationThatOthersHaveCleanedUpIsToBeTriedAgain() throws InterruptedException {
        var call = proxy.call(ProxyFixture.CREATE).awaitDecision().agree('a');
        proxy.neglectLease();
        proxy.advance(Duration.ofSeconds(5)); // everybody takes this proxy for dead
        var intents = proxy.elsewhere().intents().orElseThrow();
        var suspect = intents.suspects(new Ripeness(Duration.ZERO, Duration.ZERO), 1).getFirst();
        assertThat(suspect.creation()).isTrue();
        intents.abandon(suspect.intent());

        assertThat(call.end(StatusCode.OK, true, true))
                .isEqualTo("UNAVAILABLE: create repository: the proxy was taken for dead, and the repository was removed");
        assertThat(proxy.nodeCalls.calls("RemoveRepository")).hasSize(3); // what came after they had looked
    }

    @Test
    void aCreationOfADeadProxyDoesNotKeepItsName() throws InterruptedException {
        var intents = proxy.elsewhere().intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("another", "elsewhere"), Duration.ofSeconds(1));
        intents.open(life, List.of(new NewIntent.Creation(IntentId.of(life, 1), ProxyFixture.KEY, 1)));
        assertThat(proxy.call(ProxyFixture.CREATE).failure().code()).isEqualTo(StatusCode.ALREADY_EXISTS);

        proxy.advance(Duration.ofSeconds(2));

        assertThat(proxy.call(ProxyFixture.CREATE).succeed()).isEqualTo("pass");
    }

    @Test
    void whatIsCreatedWithoutVotesFollowsThePrimary() throws InterruptedException {
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "origin.git"), "g2", 3, 3, 3);

        assertThat(createPool().fails("g2").told()).isEqualTo("pass");
        assertThat(proxy.nodeCalls.calls("RemoveRepository")).hasSize(1); // it may have begun

        assertThat(createPool().ok("g2").told()).isEqualTo("pass");
        assertThat(proxy.jobs()).isEqualTo("g2→g1 g2→g3");
    }

    private ScriptedExchange createPool() throws InterruptedException {
        var pool = "@pools/4e/07/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git";
        return proxy.call(
                        ProxyFixture.WRITE_WITHOUT_VOTES,
                        Messages.about(
                                Messages.field(1, Messages.repository("default", pool)),
                                Messages.repository("default", "origin.git")))
                .awaitDecision();
    }

    private void anotherProxyCreates(long id) throws InterruptedException {
        var there = new StorageName("g2");
        proxy.elsewhere().repositories().record(List.of(new WriteRecord.Creation(
                new RepositoryId(id),
                ProxyFixture.KEY,
                new ReplicaPath("elsewhere"),
                there,
                Set.of(there),
                Set.of(),
                false,
                "other",
                Optional.empty())));
    }

    private void anotherProxyOpensAnIntent() throws InterruptedException {
        var intents = proxy.elsewhere().intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("another", "elsewhere"), Duration.ofHours(1));
        intents.open(
                life,
                List.of(new NewIntent.Creation(
                        IntentId.of(life, 1), new RepositoryKey(ProxyFixture.DEFAULT, "other.git"), 1)));
    }

    private static StorageName nth(ScriptedExchange call, int number) throws InterruptedException {
        return new StorageName(call.storages().get(number - 1));
    }

    private static String ordinals(ScriptedExchange call, List<StorageName> storages) throws InterruptedException {
        return call.storages().stream()
                .filter(s -> storages.contains(new StorageName(s)))
                .map(call.storages()::indexOf)
                .map(i -> "n" + (i + 1))
                .collect(Collectors.joining(" "));
    }

    private String jobsByOrdinal(ScriptedExchange call) throws InterruptedException {
        var jobs = proxy.jobs();
        for (int i = 0; i < call.storages().size(); i++) {
            jobs = jobs.replace(call.storages().get(i), "n" + (i + 1));
        }
        return Arrays.stream(jobs.split(" ")).sorted().collect(Collectors.joining(" "));
    }
}
