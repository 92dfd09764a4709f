package io.quaestor.catalogue;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request that names a repository. Neither the storage name nor the relative path is empty.
///
/// The relative path is as the client sent it: it is a name, and is not checked or brought into any form (RT 1.5).
public final class RepositoryRequest implements RpcRequest {

    private final Place target;
    private final @Nullable Place additional;

    RepositoryRequest(Place target, @Nullable Place additional) {
        this.target = target;
        this.additional = additional;
    }

    /// The storage name as the client sent it: that of a virtual storage.
    public String storage() {
        return target.storage();
    }

    public String relativePath() {
        return target.relativePath();
    }

    /// The relative path of the additional repository, which is in the same storage. Empty if the request names none,
    /// or names one without a path.
    public Optional<String> additionalRelativePath() {
        return additional == null ? Optional.empty() : Optional.of(additional.relativePath()).filter(path -> !path.isEmpty());
    }

    /// The message for a destination of a request without additional repository. If it does name one, that has no
    /// relative path in the result.
    ///
    /// @see #rewrittenFor(String, String, String)
    public byte[] rewrittenFor(String storage, String replicaPath) {
        return rewrittenFor(storage, replicaPath, "");
    }

    /// The message for one destination: storage names and relative paths are replaced, the RPC's cleared field is
    /// removed, all else is as the client sent it (RT 1.5). A new array for each call, which belongs to the caller.
    ///
    /// Does not block; the time is that of copying the message.
    ///
    /// @param storage               the node's name of its storage
    /// @param replicaPath           where the node keeps the repository
    /// @param additionalReplicaPath where the node keeps the additional repository; without effect if the request
    ///                              names none
    public byte[] rewrittenFor(String storage, String replicaPath, String additionalReplicaPath) {
        var message = PlaceEditor.replace(target, storage, replicaPath);
        if (additional == null) {
            return message;
        }
        return PlaceEditor.replace(findAgain(additional.path(), message), storage, additionalReplicaPath);
    }

    private static Place findAgain(FieldPath path, byte[] message) {
        try {
            return Place.find(path, Rpc.NO_FIELD, message, 0, message.length);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("a message that was well formed is not any more", e);
        }
    }

    /// Storage name and relative path, for logs.
    @Override
    public String toString() {
        return storage() + "/" + relativePath();
    }
}
