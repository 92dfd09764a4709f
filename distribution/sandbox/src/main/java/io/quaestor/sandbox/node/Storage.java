package io.quaestor.sandbox.node;

import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.messages.Repository;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The repositories of one node below one directory. Every path that a client names goes through [#path], and nothing
/// outside of the directory is ever touched.
///
/// Thread-safe; blocks on the disk.
final class Storage {

    /// Where repositories are built before they appear, and end after they were removed. Clients cannot name it.
    static final String SCRATCH = "+sandbox";

    /// In the scratch directory.
    private static final String HOOKS = "hooks";

    private final String name;
    private final Path root;

    private Storage(String name, Path root) {
        this.name = name;
        this.root = root;
    }

    /// Opens the storage and throws away what an earlier process left half done.
    static Storage open(String name, Path directory) throws IOException {
        Files.createDirectories(directory);
        var storage = new Storage(name, directory.toRealPath());
        Files.createDirectories(storage.scratch());
        try (var left = Files.newDirectoryStream(storage.scratch(), path -> !path.endsWith(HOOKS))) {
            for (var path : left) {
                Trees.delete(path);
            }
        }
        return storage;
    }

    String name() {
        return name;
    }

    Path root() {
        return root;
    }

    /// The directory of a repository that need not exist.
    ///
    /// @throws StatusException `INVALID_ARGUMENT` if it is not of this storage or would lie outside of it
    Path path(Repository repository) throws StatusException, IOException {
        if (repository.getStorageName().isEmpty() && repository.getRelativePath().isEmpty()) {
            throw invalid("repository not set");
        }
        if (repository.getStorageName().isEmpty()) {
            throw invalid("storage name not set");
        }
        if (repository.getRelativePath().isEmpty()) {
            throw invalid("repository path not set");
        }
        if (!repository.getStorageName().equals(name)) {
            throw invalid("storage name not found");
        }
        var path = root;
        for (var segment : segments(repository.getRelativePath())) {
            path = path.resolve(segment);
            // a link planted inside of the storage would lead out of it
            if (Files.isSymbolicLink(path)) {
                throw invalid("relative path escapes root directory");
            }
        }
        return path;
    }

    /// The directory of a repository that exists.
    ///
    /// @throws StatusException `NOT_FOUND` if there is none
    Path existing(Repository repository) throws StatusException, IOException {
        var path = path(repository);
        if (!isRepository(path)) {
            throw Status.NOT_FOUND.withDescription("repository not found").asException();
        }
        return path;
    }

    /// What Git itself takes for a repository.
    static boolean isRepository(Path path) {
        return Files.isDirectory(path.resolve("objects"), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(path.resolve("refs"), LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(path.resolve("HEAD"), LinkOption.NOFOLLOW_LINKS);
    }

    /// Where git's hooks lie. It stays when the process ends: a git that was left behind must find them, and fail.
    Path hooks() {
        return scratch().resolve(HOOKS);
    }

    /// A new, empty directory in which a repository can be built; the caller moves it with [#publish] or deletes it.
    Path workshop() throws IOException {
        return Files.createTempDirectory(scratch(), "new-");
    }

    /// Checks that a repository could appear at a place.
    ///
    /// @throws StatusException `ALREADY_EXISTS` if something is there, `INVALID_ARGUMENT` if it would lie in a repository
    void requireVacant(Path place) throws StatusException {
        for (var parent = place.getParent(); parent != null && !parent.equals(root); parent = parent.getParent()) {
            if (isRepository(parent)) {
                throw invalid("relative path is inside of another repository");
            }
        }
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw alreadyExists();
        }
    }

    /// Lets a finished repository appear at its place, in one step.
    ///
    /// @throws StatusException as [#requireVacant]
    void publish(Path built, Path place) throws StatusException, IOException {
        requireVacant(place);
        Files.createDirectories(place.getParent());
        try {
            Trees.move(built, place);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw alreadyExists(); // another creation was faster
            }
            throw e;
        }
    }

    /// Lets a repository disappear in one step.
    ///
    /// @return where it lies now; to be deleted by the caller
    Path bury(Path repository) throws IOException {
        var grave = Files.createTempDirectory(scratch(), "old-");
        Trees.move(repository, grave.resolve("repository"));
        return grave;
    }

    private Path scratch() {
        return root.resolve(SCRATCH);
    }

    private static List<String> segments(String relativePath) throws StatusException {
        if (relativePath.indexOf('\0') >= 0) {
            throw invalid("relative path contains a NUL");
        }
        var segments = List.of(relativePath.split("/", -1));
        for (var segment : segments) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw invalid("relative path escapes root directory");
            }
        }
        if (segments.getFirst().equals(SCRATCH)) {
            throw invalid("relative path is reserved");
        }
        return segments;
    }

    private static StatusException invalid(String reason) {
        return Status.INVALID_ARGUMENT.withDescription(reason).asException();
    }

    private static StatusException alreadyExists() {
        return Status.ALREADY_EXISTS
                .withDescription("repository exists already")
                .asException();
    }
}
