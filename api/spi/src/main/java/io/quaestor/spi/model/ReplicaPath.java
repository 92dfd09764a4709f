package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// Where the replicas of a repository lie below the root of each storage, the same on all nodes.
///
/// @param value relative, not empty
@API(status = EXPERIMENTAL, since = "0.1")
public record ReplicaPath(String value) {

    public ReplicaPath {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("replica path is empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
