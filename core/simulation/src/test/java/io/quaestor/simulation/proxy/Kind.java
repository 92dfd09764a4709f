package io.quaestor.simulation.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// What clients do, each with one RPC that stands for all of its kind.
public enum Kind {
    READ("gitaly.CommitService/FindCommit"),
    READ_OF_PRIMARY("gitaly.RepositoryService/RepositorySize"),
    WRITE("gitaly.RefService/DeleteRefs"),
    CREATION("gitaly.RepositoryService/CreateRepository");

    private final String method;

    Kind(String method) {
        this.method = method;
    }

    String method() {
        return method;
    }

    public boolean writes() {
        return this == WRITE || this == CREATION;
    }

    /// The request: a `gitaly.Repository` (2: storage name, 3: relative path) in field 1, as in all of these RPCs.
    byte[] request(String storage, String path) {
        var repository = new ByteArrayOutputStream();
        repository.writeBytes(field(2, storage.getBytes(StandardCharsets.UTF_8)));
        repository.writeBytes(field(3, path.getBytes(StandardCharsets.UTF_8)));
        return field(1, repository.toByteArray());
    }

    private static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        out.write(content.length); // shorter than 128
        out.writeBytes(content);
        return out.toByteArray();
    }
}
