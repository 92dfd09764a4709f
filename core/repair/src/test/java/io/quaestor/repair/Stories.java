package io.quaestor.repair;

import io.quaestor.spi.datastore.JobChange;
import io.quaestor.spi.datastore.NewJob;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Repositories of generation 5 and their jobs, in one line each. A replica is `name:generation:marks` with the marks `c`
/// configured, `A` assigned (and configured), `l` leaving.
final class Stories {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");

    private Stories() {}

    static Placement placement(String replicas) {
        return new Placement(
                new RepositoryId(1),
                new RepositoryKey(DEFAULT, "a.git"),
                new ReplicaPath("@cluster/repositories/1"),
                new Generation(5),
                Optional.empty(),
                Optional.empty(),
                words(replicas).stream().map(Stories::replica).toList());
    }

    static ReplicationJob job(long id, String source, String target) {
        return job(id, new RepositoryId(1), source, target);
    }

    static ReplicationJob job(long id, RepositoryId repository, String source, String target) {
        var job = new NewJob(
                repository,
                new RepositoryKey(DEFAULT, "a.git"),
                JobChange.UPDATE,
                Optional.of(source).map(StorageName::new),
                new StorageName(target),
                "correlation");
        return new ReplicationJob(id, job, 2, Instant.EPOCH, Instant.EPOCH);
    }

    static Set<NodeId> nodes(String names) {
        return words(names).stream()
                .map(s -> new NodeId(DEFAULT, new StorageName(s)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" +")).filter(s -> !s.isEmpty()).toList();
    }

    private static Replica replica(String text) {
        var parts = text.split(":");
        boolean assigned = parts.length > 2 && parts[2].contains("A");
        return new Replica(
                new StorageName(parts[0]),
                new Generation(Long.parseLong(parts[1])),
                assigned || (parts.length > 2 && parts[2].contains("c")),
                assigned,
                true,
                parts.length > 2 && parts[2].contains("l"),
                Optional.empty());
    }
}
