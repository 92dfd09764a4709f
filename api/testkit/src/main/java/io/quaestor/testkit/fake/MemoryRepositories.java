package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Optional;

final class MemoryRepositories implements Repositories {

    private final MemorySession session;
    private final MemoryTables tables;

    MemoryRepositories(MemorySession session) {
        this.session = session;
        this.tables = session.tables();
    }

    @Override
    public boolean exists(RepositoryKey key) throws InterruptedException {
        return session.run(() -> tables.find(key).isPresent());
    }

    @Override
    public RepositoryId reserve(RepositoryKey key) throws InterruptedException {
        return session.run(() -> {
            if (tables.find(key).isPresent()) {
                throw new RepositoryExistsException(key);
            }
            return new RepositoryId(++tables.lastRepository);
        });
    }

    @Override
    public List<WriteResult> record(List<WriteRecord> records) throws InterruptedException {
        var recording = new MemoryRecording(tables);
        return session.run(() -> records.stream().map(recording::record).toList());
    }

    @Override
    public CopyResult recordCopy(CopyRecord copy) throws InterruptedException {
        return session.run(() -> {
            MemoryRepository repository = tables.repositories.get(copy.repository());
            if (repository == null) {
                return CopyResult.CHANGED;
            }
            if (tables.writes.updatesOf(repository.id).findAny().isPresent()) {
                return CopyResult.WRITE_UNDER_WAY;
            }
            if (!repository.generationOf(copy.target()).equals(copy.before())) {
                return CopyResult.CHANGED;
            }
            if (copy.reached().compareTo(copy.before()) > 0) {
                repository.replicas.put(copy.target(), copy.reached());
                repository.generation =
                        Math.max(repository.generation, copy.reached().value());
                tables.touch(repository.key);
            }
            return CopyResult.RECORDED;
        });
    }

    @Override
    public Optional<Placement> remove(RepositoryKey key) throws InterruptedException {
        return session.run(() -> tables.find(key).map(repository -> {
            Placement known = tables.placement(repository);
            tables.forget(repository);
            return known;
        }));
    }

    @Override
    public int removeAll(VirtualStorage virtualStorage) throws InterruptedException {
        return session.run(() -> {
            var all = tables.repositories.values().stream()
                    .filter(r -> r.key.virtualStorage().equals(virtualStorage))
                    .toList();
            all.forEach(tables::forget);
            tables.jobs.values().removeIf(job -> job.job.key().virtualStorage().equals(virtualStorage));
            return all.size();
        });
    }

    @Override
    public void removeReplica(RepositoryId id, StorageName storage) throws InterruptedException {
        session.run(() -> {
            tables.find(id).ifPresent(repository -> removeReplica(repository, storage));
            return 0;
        });
    }

    @Override
    public void removeInvalidReplica(RepositoryId id, StorageName storage) throws InterruptedException {
        session.run(() -> {
            tables.find(id).ifPresent(repository -> {
                if (removeReplica(repository, storage) && repository.replicas.isEmpty()) {
                    tables.forget(repository);
                }
            });
            return 0;
        });
    }

    private boolean removeReplica(MemoryRepository repository, StorageName storage) {
        if (repository.replicas.remove(storage) == null) {
            return false;
        }
        tables.touch(repository.key);
        return true;
    }
}
