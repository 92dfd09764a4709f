package io.quaestor.sandbox.node;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;

/// Tells file systems apart: kept in a file of the storage, in the form in which Gitaly keeps it.
final class FilesystemId {

    private static final String FILE = ".gitaly-metadata";

    private static final String KEY = "gitaly_filesystem_id";

    private FilesystemId() {}

    /// The id of a storage; it gets one the first time.
    static String of(Storage storage) throws IOException {
        var file = storage.root().resolve(FILE);
        if (Files.exists(file) && Json.object(Files.readString(file)).get(KEY) instanceof String id) {
            return id;
        }
        var id = UUID.randomUUID().toString();
        var draft = storage.workshop();
        Trees.move(Files.writeString(draft.resolve(FILE), "{\"" + KEY + "\":\"" + id + "\"}"), file);
        Trees.delete(draft);
        return id;
    }
}
