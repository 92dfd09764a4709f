package io.quaestor.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.FaultyDatastore.Notifications;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultyDatastoreTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final StorageName NODE = new StorageName("gitaly-1");
    private static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a.git");

    private final InMemoryDatastore sound = new InMemoryDatastore(new ManualClock(), Map.of(DEFAULT, List.of(NODE)));
    private final FaultyDatastore faulty = new FaultyDatastore(sound);

    @Test
    void aFaultBeforeTheChangeLeavesThingsAsTheyWere() throws Exception {
        sound.put(KEY, NODE, Map.of(NODE, 0L));
        faulty.fail(Operation.REMOVE, Fault.UNCHANGED);
        faulty.fail(Operation.REMOVE, Fault.IN_DOUBT_BEFORE);

        var known = catchThrowableOfType(
                DatastoreUnavailableException.class, () -> faulty.repositories().remove(KEY));
        var inDoubt = catchThrowableOfType(
                DatastoreUnavailableException.class, () -> faulty.repositories().remove(KEY));

        assertThat(known.outcomeKnown()).isTrue();
        assertThat(inDoubt.outcomeKnown()).isFalse();
        assertThat(sound.repositories().exists(KEY)).isTrue();
        assertThat(faulty.repositories().remove(KEY)).isPresent();
    }

    @Test
    void aFaultAfterTheChangeLeavesItMade() throws Exception {
        sound.put(KEY, NODE, Map.of(NODE, 0L));
        faulty.fail(Operation.REMOVE, Fault.IN_DOUBT_AFTER);

        var inDoubt = catchThrowableOfType(
                DatastoreUnavailableException.class, () -> faulty.repositories().remove(KEY));

        assertThat(inDoubt.outcomeKnown()).isFalse();
        assertThat(sound.repositories().exists(KEY)).isFalse();
    }

    @Test
    void anIntentIsOpenAfterAFaultThatCameLaterButNotAfterOneThatCameBefore() throws Exception {
        sound.put(KEY, NODE, Map.of(NODE, 0L));
        var repository = sound.placements().find(KEY).orElseThrow().id();
        var intents = faulty.intents().orElseThrow();
        var life = intents.join(new ProxyIdentity("p1", "host"), Duration.ofSeconds(5));
        var intent = new NewIntent.Update(IntentId.of(life, 1), repository, KEY, new Generation(0), 0);
        faulty.fail(Operation.OPEN_INTENTS, Fault.IN_DOUBT_BEFORE);
        faulty.fail(Operation.OPEN_INTENTS, Fault.IN_DOUBT_AFTER);

        assertThatThrownBy(() -> intents.open(life, List.of(intent)))
                .isInstanceOf(DatastoreUnavailableException.class);
        assertThat(intents.underWay(repository)).isZero();
        assertThatThrownBy(() -> intents.open(life, List.of(intent)))
                .isInstanceOf(DatastoreUnavailableException.class);

        assertThat(intents.underWay(repository)).isEqualTo(1);
        assertThat(faulty.calls(Operation.OPEN_INTENTS)).isEqualTo(2);
    }

    @Test
    void anErrorComesOnceAndBeforeTheChange() throws Exception {
        sound.put(KEY, NODE, Map.of(NODE, 0L));
        faulty.breakNext(Operation.REMOVE);

        assertThatThrownBy(() -> faulty.repositories().remove(KEY)).isInstanceOf(NoClassDefFoundError.class);

        assertThat(sound.repositories().exists(KEY)).isTrue();
        assertThat(faulty.repositories().remove(KEY)).isPresent();
    }

    @Test
    void anOutageFailsEverythingUntilItEnds() throws Exception {
        faulty.beginOutage(Fault.REFUSED);
        assertThatThrownBy(() -> faulty.placements().find(KEY)).isInstanceOf(DatastoreRefusedException.class);
        assertThatThrownBy(() -> faulty.nodeHealth().healthy()).isInstanceOf(DatastoreRefusedException.class);

        faulty.endOutage();

        assertThat(faulty.placements().find(KEY)).isEmpty();
        assertThat(faulty.calls(Operation.FIND)).isEqualTo(2);
    }

    @Test
    void aHeldCallWaitsUntilItIsReleased() throws Exception {
        faulty.hold(Operation.EXISTS);
        var answer = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(faulty.repositories().exists(KEY));
            } catch (InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });

        assertThat(answer).isNotDone();
        faulty.release(Operation.EXISTS);

        assertThat(answer.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void newsAreLostDoubledOrLateAsPlanned() throws Exception {
        var heard = new ArrayList<String>();
        faulty.placements().watch(listener(heard));

        sound.put(KEY, NODE, Map.of(NODE, 0L));
        faulty.notifications(Notifications.DOUBLED);
        faulty.repositories().remove(KEY);
        faulty.notifications(Notifications.LATE);
        sound.put(KEY, NODE, Map.of(NODE, 0L));
        assertThat(heard).containsExactly("connected", "a.git", "a.git", "a.git");
        faulty.deliver();
        faulty.disconnect();
        faulty.repositories().remove(KEY);
        faulty.reconnect();

        assertThat(heard).containsExactly("connected", "a.git", "a.git", "a.git", "a.git", "lost", "connected");
    }

    private static PlacementListener listener(List<String> heard) {
        return new PlacementListener() {
            @Override
            public void connected() {
                heard.add("connected");
            }

            @Override
            public void lost() {
                heard.add("lost");
            }

            @Override
            public void changed(RepositoryKey key) {
                heard.add(key.relativePath());
            }
        };
    }
}
