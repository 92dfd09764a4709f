package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.routing.ReadPlacement;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What is in memory is never older than the news: DS 4.6, P11.
class PlacementCacheTest {

    private static final RepositoryKey KEY = new RepositoryKey(new VirtualStorage("default"), "a/b.git");

    private boolean awake = true;
    private final PlacementCache cache = new PlacementCache(100, () -> awake);

    @Test
    void keepsWhatTheDatastoreSaid() {
        cache.connected();
        var said = placement("g1");

        cache.put(said, cache.stamp(KEY));

        assertThat(cache.get(KEY)).isEqualTo(said);
        assertThat(cache.get(new RepositoryKey(KEY.virtualStorage(), "c/d.git"))).isNull();
    }

    @Test
    void keepsNothingThatWasAskedBeforeTheNewsAndAnsweredAfter() {
        cache.connected();
        var stamp = cache.stamp(KEY);

        cache.changed(KEY);
        cache.put(placement("g1"), stamp);

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void anOldAnswerDoesNotReplaceANewOne() {
        cache.connected();
        var old = cache.stamp(KEY);
        cache.changed(KEY);
        cache.put(placement("new"), cache.stamp(KEY));

        cache.put(placement("old"), old);

        assertThat(cache.get(KEY)).isEqualTo(placement("new"));
    }

    @Test
    void nothingIsUsedWhileTheProxyMayHaveStoodStill() {
        cache.connected();
        cache.put(placement("g1"), cache.stamp(KEY));

        awake = false;

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void newsMakeItForget() {
        cache.connected();
        cache.put(placement("g1"), cache.stamp(KEY));

        cache.changed(KEY);

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void keepsNothingUntilNewsAreHeard() {
        cache.put(placement("g1"), cache.stamp(KEY));

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void forgetsEverythingWhenNewsMayHaveBeenMissed() {
        cache.connected();
        cache.put(placement("g1"), cache.stamp(KEY));

        cache.lost();

        assertThat(cache.get(KEY)).isNull();
        cache.connected();
        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void keepsNothingThatWasAskedBeforeTheConnectionWasLostAndFoundAgain() {
        cache.connected();
        var stamp = cache.stamp(KEY);
        cache.lost();
        cache.connected();

        cache.put(placement("g1"), stamp);

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void forgetsEverythingWhenAllMayHaveChanged() {
        cache.connected();
        cache.put(placement("g1"), cache.stamp(KEY));
        var stamp = cache.stamp(KEY);

        cache.allChanged();
        cache.put(placement("g2"), stamp);

        assertThat(cache.get(KEY)).isNull();
        cache.put(placement("g3"), cache.stamp(KEY));
        assertThat(cache.get(KEY)).isEqualTo(placement("g3"));
    }

    @Test
    void whereNewsAreNotHeardAChangeOfAllDoesNotMakeItKeepAnything() {
        cache.connected();
        cache.lost();

        cache.allChanged();
        cache.put(placement("g1"), cache.stamp(KEY));

        assertThat(cache.get(KEY)).isNull();
    }

    @Test
    void aSecondGoodNewsForgetsNothing() {
        cache.connected();
        cache.put(placement("g1"), cache.stamp(KEY));

        cache.connected();

        assertThat(cache.get(KEY)).isNotNull();
    }

    @Test
    void noReaderSeesWhatWasOldBeforeItBegan() throws InterruptedException {
        cache.connected();
        var truth = new AtomicInteger();
        var stop = new AtomicBoolean();
        var wrong = new AtomicInteger();
        var filler = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                var stamp = cache.stamp(KEY);
                cache.put(placement("g" + truth.get()), stamp);
            }
        });
        var loser = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                cache.lost();
                cache.connected();
                Thread.onSpinWait();
            }
        });

        for (int write = 1; write <= 20_000; write++) {
            truth.set(write);
            cache.changed(KEY); // then the write is answered
            var seen = cache.get(KEY);
            if (seen != null && !seen.equals(placement("g" + write))) {
                wrong.incrementAndGet();
            }
        }
        stop.set(true);
        filler.join();
        loser.join();

        assertThat(wrong).hasValue(0);
    }

    private static ReadPlacement placement(String storage) {
        return new ReadPlacement(KEY, new ReplicaPath("p"), List.of(new StorageName(storage)));
    }
}
