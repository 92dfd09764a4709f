package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// What clients name as a repository.
///
/// @param virtualStorage the storage that the client named
/// @param relativePath   the path that the client named, not normalised, not empty; never a path on a disk
@API(status = EXPERIMENTAL, since = "0.1")
public record RepositoryKey(VirtualStorage virtualStorage, String relativePath) {

    public RepositoryKey {
        if (relativePath.isEmpty()) {
            throw new IllegalArgumentException("relative path is empty");
        }
    }

    @Override
    public String toString() {
        return virtualStorage + "/" + relativePath;
    }
}
