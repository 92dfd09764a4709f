package io.quaestor.catalogue;

/// A request that names a storage, and no repository. The name is not empty.
public final class StorageRequest implements RpcRequest {

    private final Place place;

    StorageRequest(Place place) {
        this.place = place;
    }

    /// The storage name as the client sent it: that of a virtual storage.
    public String storage() {
        return place.storage();
    }

    /// The message for one destination: only the storage name is replaced (TR 6.4). A new array for each call.
    ///
    /// @param storage the node's name of its storage
    public byte[] rewrittenFor(String storage) {
        return PlaceEditor.replace(place, storage, "");
    }

    /// The storage name, for logs.
    @Override
    public String toString() {
        return storage();
    }
}
