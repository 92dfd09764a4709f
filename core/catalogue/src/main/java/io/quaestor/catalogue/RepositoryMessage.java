package io.quaestor.catalogue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes requests that say nothing but which repository they are about, in their field 1: `CalculateChecksum`,
/// `RemoveRepository`.
public final class RepositoryMessage {

    private static final int REPOSITORY = 1;
    private static final int STORAGE_NAME = 2; // fields of gitaly.Repository
    private static final int RELATIVE_PATH = 3;
    private static final int LENGTH_DELIMITED = 2;

    private RepositoryMessage() {}

    /// @param storage     the node's name of its storage
    /// @param replicaPath where the node keeps the repository
    public static byte[] of(String storage, String replicaPath) {
        var repository = new ByteArrayOutputStream();
        write(repository, STORAGE_NAME, storage.getBytes(StandardCharsets.UTF_8));
        write(repository, RELATIVE_PATH, replicaPath.getBytes(StandardCharsets.UTF_8));
        var message = new ByteArrayOutputStream();
        write(message, REPOSITORY, repository.toByteArray());
        return message.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, int field, byte[] bytes) {
        out.write((field << 3) | LENGTH_DELIMITED);
        int length = bytes.length;
        while (length >= 0x80) {
            out.write((length & 0x7f) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
    }
}
