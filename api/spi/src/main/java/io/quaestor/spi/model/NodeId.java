package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// One storage of one virtual storage: what the proxy keeps connections to and judges the health of.
///
/// @param virtualStorage to which it belongs
/// @param storage        its name there
@API(status = EXPERIMENTAL, since = "0.1")
public record NodeId(VirtualStorage virtualStorage, StorageName storage) implements Comparable<NodeId> {

    public static NodeId of(String virtualStorage, String storage) {
        return new NodeId(new VirtualStorage(virtualStorage), new StorageName(storage));
    }

    @Override
    public int compareTo(NodeId other) {
        int byVirtualStorage = virtualStorage.compareTo(other.virtualStorage);
        return byVirtualStorage != 0 ? byVirtualStorage : storage.compareTo(other.storage);
    }

    @Override
    public String toString() {
        return virtualStorage + "/" + storage;
    }
}
