package io.quaestor.catalogue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Messages that name one repository and nothing else: what the proxy asks nodes by itself, and what it answers clients
/// by itself.
///
/// **Threads:** any. **Blocking:** never.
public final class RepositoryMessage {

    private static final FieldPath FIRST_FIELD = FieldPath.toRepository("1", "");

    private RepositoryMessage() {}

    /// Writes a message whose field 1 is the repository, as that of most requests is.
    ///
    /// @param storage      its storage name
    /// @param relativePath its relative path
    public static byte[] of(String storage, String relativePath) {
        return write(FIRST_FIELD, storage, relativePath);
    }

    /// Writes a message. A new array for each call, which belongs to the caller.
    ///
    /// @param path         where the repository is in the message
    /// @param storage      its storage name
    /// @param relativePath its relative path
    public static byte[] write(FieldPath path, String storage, String relativePath) {
        var repository = new ByteArrayOutputStream();
        writeField(repository, path.storage(), storage.getBytes(StandardCharsets.UTF_8));
        writeField(repository, path.relativePath(), relativePath.getBytes(StandardCharsets.UTF_8));
        var inner = repository;
        for (int step = path.depth() - 1; step >= 0; step--) {
            var outer = new ByteArrayOutputStream();
            writeField(outer, path.step(step), inner.toByteArray());
            inner = outer;
        }
        return inner.toByteArray();
    }

    /// Reads the relative path of the repository in a message, whatever else is in there.
    ///
    /// @param path where the repository is in the message
    /// @return empty if the message names no repository
    /// @throws IllegalArgumentException if the bytes are not a protobuf message; says why
    public static Optional<String> relativePath(FieldPath path, byte[] message) {
        try {
            var place = Place.find(path, Rpc.NO_FIELD, message, 0, message.length);
            return place.present() ? Optional.of(place.relativePath()) : Optional.empty();
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException(e.reason(), e);
        }
    }

    private static void writeField(ByteArrayOutputStream out, int tag, byte[] content) {
        Normaliser.writeVarint(out, tag);
        Normaliser.writeVarint(out, content.length);
        out.writeBytes(content);
    }
}
