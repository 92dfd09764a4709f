package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// The name of one storage on a node. Unique inside of a virtual storage, not across several.
///
/// @param value as in the configuration, not empty
@API(status = EXPERIMENTAL, since = "0.1")
public record StorageName(String value) implements Comparable<StorageName> {

    public StorageName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("name of a storage is empty");
        }
    }

    @Override
    public int compareTo(StorageName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
