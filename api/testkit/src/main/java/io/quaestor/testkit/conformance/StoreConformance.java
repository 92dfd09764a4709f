package io.quaestor.testkit.conformance;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.CopyRecord;
import io.quaestor.spi.datastore.CopyResult;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.JobRequest;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the kits of the single stores share. Everything is set up and looked at through the SPI itself, so a kit needs
/// nothing of the datastore but a [DatastoreHarness].
@API(status = EXPERIMENTAL, since = "0.1")
public abstract class StoreConformance {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");
    static final VirtualStorage OTHER = new VirtualStorage("other");
    static final StorageName G1 = new StorageName("gitaly-1");
    static final StorageName G2 = new StorageName("gitaly-2");
    static final StorageName G3 = new StorageName("gitaly-3");

    /// No longer configured, but there may be records of it.
    static final StorageName OLD = new StorageName("gitaly-0");

    static final Map<VirtualStorage, List<StorageName>> CLUSTER = cluster();

    private DatastoreHarness harness;
    Datastore datastore;

    /// A harness that was not used yet.
    protected abstract DatastoreHarness harness();

    private static Map<VirtualStorage, List<StorageName>> cluster() {
        var cluster = new LinkedHashMap<VirtualStorage, List<StorageName>>();
        cluster.put(DEFAULT, List.of(G1, G2, G3));
        cluster.put(OTHER, List.of(G3, G2, G1));
        return cluster;
    }

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        datastore = harness.fresh(CLUSTER);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    Datastore another() throws Exception {
        return harness.another();
    }

    void letTimePass(Duration duration) throws Exception {
        harness.letTimePass(duration);
    }

    boolean keepsIntents() {
        return harness.keepsIntents();
    }

    static RepositoryKey key(String path) {
        return new RepositoryKey(DEFAULT, path);
    }

    static NodeId node(StorageName storage) {
        return new NodeId(DEFAULT, storage);
    }

    /// Records a repository with the same contents everywhere.
    RepositoryId create(RepositoryKey key, StorageName... upToDate) throws InterruptedException {
        RepositoryId id = datastore.repositories().reserve(key);
        var creation = creation(id, key, Set.of(upToDate), Set.of(), false, upToDate[0]);
        assertThat(record(creation)).isEqualTo(new WriteResult.Recorded(new Generation(0)));
        return id;
    }

    static WriteRecord.Creation creation(
            RepositoryId id,
            RepositoryKey key,
            Set<StorageName> upToDate,
            Set<StorageName> outdated,
            boolean assign,
            StorageName primary) {
        return new WriteRecord.Creation(id, key, pathOf(id), primary, upToDate, outdated, assign, "create-" + id, Optional.empty());
    }

    static ReplicaPath pathOf(RepositoryId id) {
        return new ReplicaPath("@cluster/repositories/" + id);
    }

    static WriteRecord.Update update(
            RepositoryId id, RepositoryKey key, Set<StorageName> upToDate, StorageName... outdated) {
        return new WriteRecord.Update(
                id,
                key,
                upToDate.iterator().next(),
                upToDate,
                Set.of(outdated),
                "update-" + id,
                Optional.empty());
    }

    WriteResult record(WriteRecord one) throws InterruptedException {
        List<WriteResult> results = datastore.repositories().record(List.of(one));
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    CopyResult copy(RepositoryId id, StorageName target, long before, long reached) throws InterruptedException {
        return datastore
                .repositories()
                .recordCopy(new CopyRecord(id, target, new Generation(before), new Generation(reached)));
    }

    /// Makes a repository with exactly these generations and assignments, and without any job.
    ///
    /// @param generations what each replica has; at least one
    /// @param assigned    where it should be; empty for everywhere
    /// @return its number; its primary is the first storage by name that it is assigned to
    RepositoryId repository(RepositoryKey key, Map<StorageName, Long> generations, Set<StorageName> assigned)
            throws InterruptedException {
        var everywhere = new TreeSet<>(assigned.isEmpty() ? generations.keySet() : assigned);
        RepositoryId id = datastore.repositories().reserve(key);
        var first = everywhere.first();
        record(creation(id, key, everywhere, Set.of(), !assigned.isEmpty(), first));
        for (StorageName storage : generations.keySet()) {
            if (!everywhere.contains(storage)) {
                assertThat(copy(id, storage, -1, 0)).isEqualTo(CopyResult.RECORDED);
            }
        }
        long highest = generations.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        for (long generation = 1; generation <= highest; generation++) {
            var having = new LinkedHashSet<StorageName>();
            for (var replica : generations.entrySet()) {
                if (replica.getValue() >= generation) {
                    having.add(replica.getKey());
                }
            }
            assertThat(record(update(id, key, having))).isInstanceOf(WriteResult.Recorded.class);
        }
        for (StorageName storage : everywhere) {
            if (!generations.containsKey(storage)) {
                datastore.repositories().removeReplica(id, storage);
            }
        }
        return id;
    }

    Placement placement(RepositoryId id) throws InterruptedException {
        return datastore.placements().find(id).orElseThrow();
    }

    /// What each replica has that is recorded.
    Map<StorageName, Long> generations(RepositoryId id) throws InterruptedException {
        var generations = new TreeMap<StorageName, Long>();
        placement(id).replicas().stream()
                .filter(replica -> replica.generation().isRecorded())
                .forEach(replica -> generations.put(
                        replica.storage(), replica.generation().value()));
        return generations;
    }

    static NewJob updateJob(RepositoryId id, RepositoryKey key, StorageName source, StorageName target) {
        return new NewJob(id, key, JobChange.UPDATE, Optional.of(source), target, "job-" + id);
    }

    static NewJob deletionJob(RepositoryId id, RepositoryKey key, StorageName target) {
        return new NewJob(id, key, JobChange.DELETE_REPLICA, Optional.empty(), target, "job-" + id);
    }

    /// Takes as many jobs of a target as there are, without waiting for those that rest.
    List<ReplicationJob> take(StorageName target) throws InterruptedException {
        return take(datastore, DEFAULT, target);
    }

    static List<ReplicationJob> take(Datastore proxy, VirtualStorage virtualStorage, StorageName target)
            throws InterruptedException {
        return proxy.replicationJobs().take(new JobRequest(new NodeId(virtualStorage, target), 100, Duration.ZERO));
    }
}
