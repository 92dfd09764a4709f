package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// What clients name as a storage; behind it stand several nodes.
///
/// @param name as in the configuration, not empty
@API(status = EXPERIMENTAL, since = "0.1")
public record VirtualStorage(String name) implements Comparable<VirtualStorage> {

    public VirtualStorage {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name of a virtual storage is empty");
        }
    }

    @Override
    public int compareTo(VirtualStorage other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
