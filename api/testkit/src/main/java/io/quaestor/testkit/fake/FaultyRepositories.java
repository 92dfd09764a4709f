package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.util.List;
import java.util.Optional;

final class FaultyRepositories implements Repositories {

    private final FaultyDatastore faults;
    private final Repositories sound;

    FaultyRepositories(FaultyDatastore faults, Repositories sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public boolean exists(RepositoryKey key) throws InterruptedException {
        return faults.run(Operation.EXISTS, () -> sound.exists(key));
    }

    @Override
    public RepositoryId reserve(RepositoryKey key) throws InterruptedException {
        return faults.run(Operation.RESERVE, () -> sound.reserve(key));
    }

    @Override
    public List<WriteResult> record(List<WriteRecord> records) throws InterruptedException {
        return faults.run(Operation.RECORD, () -> sound.record(records));
    }

    @Override
    public CopyResult recordCopy(CopyRecord copy) throws InterruptedException {
        return faults.run(Operation.RECORD_COPY, () -> sound.recordCopy(copy));
    }

    @Override
    public Optional<Placement> remove(RepositoryKey key) throws InterruptedException {
        return faults.run(Operation.REMOVE, () -> sound.remove(key));
    }

    @Override
    public int removeAll(VirtualStorage virtualStorage) throws InterruptedException {
        return faults.run(Operation.REMOVE_ALL, () -> sound.removeAll(virtualStorage));
    }

    @Override
    public void removeReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        faults.run(Operation.REMOVE_REPLICA, () -> {
            sound.removeReplica(repository, storage);
            return 0;
        });
    }

    @Override
    public void removeInvalidReplica(RepositoryId repository, StorageName storage) throws InterruptedException {
        faults.run(Operation.REMOVE_INVALID_REPLICA, () -> {
            sound.removeInvalidReplica(repository, storage);
            return 0;
        });
    }
}
