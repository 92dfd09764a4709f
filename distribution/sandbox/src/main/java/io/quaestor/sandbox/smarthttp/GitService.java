package io.quaestor.sandbox.smarthttp;

import java.util.Arrays;
import java.util.Optional;

/// The two services of smart HTTP.
public enum GitService {
    /// Serves fetches.
    UPLOAD_PACK("git-upload-pack"),
    /// Serves pushes.
    RECEIVE_PACK("git-receive-pack");

    private final String wireName;

    GitService(String wireName) {
        this.wireName = wireName;
    }

    /// As it stands in addresses and content types.
    public String wireName() {
        return wireName;
    }

    static Optional<GitService> of(String wireName) {
        return Arrays.stream(values())
                .filter(service -> service.wireName.equals(wireName))
                .findFirst();
    }
}
