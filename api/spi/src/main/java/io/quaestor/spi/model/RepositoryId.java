package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// The number of a repository in the datastore. Never given twice.
///
/// @param value greater than zero
@API(status = EXPERIMENTAL, since = "0.1")
public record RepositoryId(long value) implements Comparable<RepositoryId> {

    public RepositoryId {
        if (value <= 0) {
            throw new IllegalArgumentException("repository id is not positive: " + value);
        }
    }

    @Override
    public int compareTo(RepositoryId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
