package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.messages.ObjectFormat;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.GitCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// What can be asked about a repository as a whole, and done to it without anybody's consent, on its directory.
final class Repositories {

    private static final String NULL_OID = "0".repeat(40);

    private final Git git;

    Repositories(Git git) {
        this.git = git;
    }

    /// A command on a repository.
    static GitCommand in(Path repository, String... arguments) {
        return GitCommand.of(arguments).withEnvironment("GIT_DIR", repository.toString());
    }

    /// Makes an empty bare repository in a workshop.
    ///
    /// @param format `sha1` or `sha256`
    Path init(Path workshop, String format) throws IOException, InterruptedException {
        var built = workshop.resolve("repository");
        var _ = git.run(GitCommand.of(
                "init", "--quiet", "--bare", "--template=", "--object-format=" + format, built.toString()));
        return built;
    }

    String checksum(Path repository) throws IOException, InterruptedException {
        var refs = git.finish(in(repository, "show-ref", "--head"));
        if (refs.succeeded()) {
            return Checksum.of(refs.stdout());
        }
        // show-ref says 1 as well for "no references"; only a sound repository answers this question
        var _ = git.run(in(repository, "rev-parse", "--is-bare-repository"));
        return Checksum.EMPTY;
    }

    /// `sha1` or `sha256`.
    String objectFormat(Path repository) throws IOException, InterruptedException {
        return git.run(in(repository, "rev-parse", "--show-object-format")).strip();
    }

    static String nameOf(ObjectFormat format) throws StatusException {
        return switch (format) {
            case OBJECT_FORMAT_UNSPECIFIED, OBJECT_FORMAT_SHA1 -> "sha1";
            case OBJECT_FORMAT_SHA256 -> "sha256";
            case UNRECOGNIZED -> throw invalid("unknown object format");
        };
    }

    static ObjectFormat formatOf(String name) {
        return name.equals("sha256") ? ObjectFormat.OBJECT_FORMAT_SHA256 : ObjectFormat.OBJECT_FORMAT_SHA1;
    }

    /// The full name of the branch that HEAD points at, whether that exists or not; empty if HEAD is detached.
    Optional<String> head(Path repository) throws IOException, InterruptedException {
        var target = git.finish(in(repository, "symbolic-ref", "--quiet", "HEAD"));
        return target.succeeded() ? Optional.of(target.stdout().strip()) : Optional.empty();
    }

    void pointHead(Path repository, String reference) throws IOException, InterruptedException, StatusException {
        requireReferenceName(reference);
        var _ = git.run(in(repository, "symbolic-ref", "HEAD", reference));
    }

    boolean exists(Path repository, String reference) throws IOException, InterruptedException, StatusException {
        requireReferenceName(reference);
        return git.finish(in(repository, "show-ref", "--verify", "--quiet", reference))
                .succeeded();
    }

    static String text(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    static StatusException invalid(String reason) {
        return Status.INVALID_ARGUMENT.withDescription(reason).asException();
    }

    /// The object that a revision names; a revision of zeros names itself.
    String objectId(Path repository, String revision)
            throws IOException, InterruptedException, StatusException {
        requireRevision(revision);
        if (revision.chars().allMatch(c -> c == '0') && revision.length() >= NULL_OID.length()) {
            return revision;
        }
        var parsed = git.finish(in(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", revision));
        if (!parsed.succeeded()) {
            throw Status.INTERNAL
                    .withDescription("resolving revision: reference not found")
                    .asException();
        }
        // `--end-of-options` is echoed by versions of Git before 2.44
        return parsed.stdout().lines().reduce("", (_, last) -> last).strip();
    }

    void requireReferenceName(String reference) throws IOException, InterruptedException, StatusException {
        if (!reference.startsWith("refs/")
                || reference.indexOf('\0') >= 0
                || !git.finish(GitCommand.of("check-ref-format", reference)).succeeded()) {
            throw invalid("invalid refname");
        }
    }

    static void requireRevision(String revision) throws StatusException {
        if (revision.isEmpty()) {
            throw invalid("empty revision");
        }
        if (revision.startsWith("-")) {
            throw invalid("revision can't start with '-'");
        }
        if (revision.chars().anyMatch(c -> c == 0 || c == ':' || Character.isWhitespace(c))) {
            throw invalid("revision can't contain NUL, whitespace or ':'");
        }
    }
}
