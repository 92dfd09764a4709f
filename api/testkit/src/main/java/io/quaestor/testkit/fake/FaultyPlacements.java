package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.util.Optional;

final class FaultyPlacements implements Placements {

    private final FaultyDatastore faults;
    private final Placements sound;

    FaultyPlacements(FaultyDatastore faults, Placements sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public Optional<Placement> find(RepositoryKey key) throws InterruptedException {
        return faults.run(Operation.FIND, () -> sound.find(key));
    }

    @Override
    public Optional<Placement> find(RepositoryId id) throws InterruptedException {
        return faults.run(Operation.FIND, () -> sound.find(id));
    }

    @Override
    public void watch(PlacementListener listener) {
        faults.listen(listener);
        sound.watch(new PlacementListener() {
            @Override
            public void connected() {
                listener.connected();
            }

            @Override
            public void lost() {
                listener.lost();
            }

            @Override
            public void changed(RepositoryKey key) {
                faults.pass(listener, key);
            }
        });
    }
}
