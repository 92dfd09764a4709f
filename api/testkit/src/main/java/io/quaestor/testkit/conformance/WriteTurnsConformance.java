package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import java.util.List;
import org.apiguardian.api.API;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of [WriteTurns].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class WriteTurnsConformance extends IntentStoreConformance {

    private static final RepositoryKey KEY = key("a.git");

    private WriteTurns turns;
    private RepositoryId id;
    private ProxyLife life;
    private ProxyLife other;

    @BeforeEach
    void begin() throws Exception {
        turns = datastore.turns().orElseThrow();
        id = create(KEY, G1);
        life = join("p1");
        other = join("p2");
    }

    @Test
    void aTurnIsOfOneHolderUntilItEnds() throws Exception {
        var turn = new WriteTurn(id, life, 1);
        assertThat(turns.take(turn)).isTrue();
        assertThat(turns.take(turn)).as("again").isTrue();
        assertThat(turns.take(new WriteTurn(id, life, 2))).isFalse();
        assertThat(another().turns().orElseThrow().take(new WriteTurn(id, other, 1)))
                .isFalse();

        turns.end(turn);
        turns.end(turn);

        assertThat(turns.take(new WriteTurn(id, other, 1))).isTrue();
    }

    @Test
    void nobodyElseEndsATurn() throws Exception {
        turns.take(new WriteTurn(id, life, 1));

        turns.end(new WriteTurn(id, life, 2));
        turns.end(new WriteTurn(id, other, 1));

        assertThat(turns.take(new WriteTurn(id, other, 1))).isFalse();
    }

    @Test
    void turnsOfOtherRepositoriesAreFree() throws Exception {
        RepositoryId neighbour = create(key("b.git"), G1);
        turns.take(new WriteTurn(id, life, 1));

        assertThat(turns.take(new WriteTurn(neighbour, other, 1))).isTrue();
    }

    @Test
    void aTurnOfALifeThatHasEndedIsFree() throws Exception {
        turns.take(new WriteTurn(id, life, 1));
        letAllDie();
        ProxyLife next = join("p3");

        assertThat(turns.take(new WriteTurn(id, next, 1))).isTrue();

        intents.renew(life, LEASE);
        assertThat(turns.take(new WriteTurn(id, life, 1))).isFalse();
    }

    @Test
    void aLifeThatHasEndedTakesNoTurn() throws Exception {
        join("p1");

        assertThat(turns.take(new WriteTurn(id, life, 1))).isFalse();
        assertThat(turns.take(new WriteTurn(id, other, 1))).isTrue();
    }

    @Test
    void whoLeavesEndsItsTurns() throws Exception {
        turns.take(new WriteTurn(id, life, 1));

        intents.leave(life);

        assertThat(turns.take(new WriteTurn(id, other, 1))).isTrue();
    }

    @Test
    void ofSeveralAtTheSameTimeOneTakesTheTurn() throws Exception {
        var there = another().turns().orElseThrow();

        List<Boolean> taken = Concurrently.run(List.of(
                () -> turns.take(new WriteTurn(id, life, 1)),
                () -> there.take(new WriteTurn(id, other, 1)),
                () -> there.take(new WriteTurn(id, life, 2))));

        assertThat(taken).containsOnlyOnce(true);
    }
}
