package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
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
import java.util.TreeSet;

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
        return session.run(() -> records.stream().map(this::recordOne).toList());
    }

    private WriteResult recordOne(WriteRecord record) {
        WriteResult result =
                switch (record) {
                    case WriteRecord.Update update -> update(update);
                    case WriteRecord.Creation creation -> create(creation);
                };
        if (result instanceof WriteResult.Recorded) {
            tables.touch(record.key());
            // a set of the JDK has another order in each process
            for (StorageName storage : new TreeSet<>(record.outdated())) {
                MemoryReplicationJobs.add(
                        tables,
                        new NewJob(
                                record.id(),
                                record.key(),
                                JobChange.UPDATE,
                                Optional.of(record.primary()),
                                storage,
                                record.correlationId()));
            }
        }
        return result;
    }

    private WriteResult update(WriteRecord.Update update) {
        MemoryRepository repository = tables.repositories.get(update.id());
        if (repository == null) {
            return new WriteResult.Missing();
        }
        var advanced =
                update.upToDate().stream().filter(repository::isUpToDate).toList();
        if (advanced.isEmpty()) {
            return new WriteResult.Outdated();
        }
        var generation = new Generation(++repository.generation);
        advanced.forEach(storage -> repository.replicas.put(storage, generation));
        return new WriteResult.Recorded(generation);
    }

    private WriteResult create(WriteRecord.Creation creation) {
        if (tables.find(creation.key()).isPresent() || tables.find(creation.id()).isPresent()) {
            return new WriteResult.Exists();
        }
        var repository = new MemoryRepository(creation.id(), creation.key(), creation.path());
        var generation = new Generation(0);
        creation.upToDate().forEach(storage -> repository.replicas.put(storage, generation));
        repository.primary = Optional.of(creation.primary());
        if (creation.assign()) {
            repository.assignments.add(creation.primary());
            repository.assignments.addAll(creation.upToDate());
            repository.assignments.addAll(creation.outdated());
        }
        tables.add(repository);
        return new WriteResult.Recorded(generation);
    }

    @Override
    public boolean recordCopy(CopyRecord copy) throws InterruptedException {
        return session.run(() -> {
            MemoryRepository repository = tables.repositories.get(copy.repository());
            if (repository == null || !repository.generationOf(copy.target()).equals(copy.before())) {
                return false;
            }
            if (copy.reached().compareTo(copy.before()) > 0) {
                repository.replicas.put(copy.target(), copy.reached());
                repository.generation =
                        Math.max(repository.generation, copy.reached().value());
                tables.touch(repository.key);
            }
            return true;
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
