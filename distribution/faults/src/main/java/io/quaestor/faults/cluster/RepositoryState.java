package io.quaestor.faults.cluster;

import io.quaestor.messages.GetRepositoryMetadataResponse;
import java.util.Map;
import java.util.TreeMap;

/// What a proxy knows of a repository.
///
/// @param replicaPath  where it lies on each storage
/// @param generation   of the repository itself
/// @param replicas     by their storages
/// @param suspectSince empty unless a write may still be under way that no proxy watches
public record RepositoryState(
        String replicaPath, String primary, long generation, Map<String, Replica> replicas, String suspectSince) {

    /// @param generation negative if there is no copy yet
    public record Replica(long generation, boolean healthy) {}

    /// A field that proxies may not have yet.
    private static final int SUSPECT_SINCE = 1000;

    public RepositoryState {
        replicas = Map.copyOf(replicas);
    }

    static RepositoryState of(GetRepositoryMetadataResponse answer) {
        var replicas = new TreeMap<String, Replica>();
        answer.getReplicasList()
                .forEach(r -> replicas.put(r.getStorage(), new Replica(r.getGeneration(), r.getHealthy())));
        return new RepositoryState(
                answer.getReplicaPath(), answer.getPrimary(), answer.getGeneration(), replicas, suspectSince(answer));
    }

    public boolean isSuspect() {
        return !suspectSince.isEmpty();
    }

    /// Whether every replica has everything and can be reached.
    public boolean isWhole() {
        return !isSuspect()
                && !replicas.isEmpty()
                && replicas.values().stream().allMatch(r -> r.healthy && r.generation == generation);
    }

    private static String suspectSince(GetRepositoryMetadataResponse answer) {
        var known = GetRepositoryMetadataResponse.getDescriptor().findFieldByNumber(SUSPECT_SINCE);
        if (known != null) {
            return String.valueOf(answer.getField(known));
        }
        var values = answer.getUnknownFields().getField(SUSPECT_SINCE).getLengthDelimitedList();
        return values.isEmpty() ? "" : values.getLast().toStringUtf8();
    }
}
