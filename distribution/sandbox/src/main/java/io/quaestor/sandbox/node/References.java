package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.quaestor.messages.ListRefsRequest;
import io.quaestor.messages.ListRefsRequest.SortBy;
import io.quaestor.messages.ListRefsResponse.Reference;
import io.quaestor.messages.SortDirection;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.GitCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Lists references as a request describes them.
final class References {

    private final Git git;

    References(Git git) {
        this.git = git;
    }

    /// @return HEAD first, if asked for; then in the order asked for
    List<Reference> list(Path repository, ListRefsRequest request)
            throws IOException, InterruptedException, StatusException {
        if (request.getPatternsCount() == 0) {
            throw Repositories.invalid("patterns must have at least one entry");
        }
        var found = new ArrayList<Reference>();
        if (request.getHead()) {
            var head = git.finish(Repositories.in(repository, "rev-parse", "--verify", "--quiet", "HEAD"));
            if (head.succeeded()) {
                found.add(Reference.newBuilder()
                        .setName(ByteString.copyFromUtf8("HEAD"))
                        .setTarget(head.stdout().strip())
                        .build());
            }
        }
        var excluded = Exclusions.of(request.getExcludePatternsList());
        for (var line : git.run(command(repository, request)).lines().toList()) {
            var fields = line.split("\0", -1);
            if (!excluded.contains(fields[0])) {
                found.add(reference(fields, request.getPeelTags()));
            }
        }
        return found;
    }

    private static GitCommand command(Path repository, ListRefsRequest request) throws StatusException {
        var command = Repositories.in(
                repository, "for-each-ref", "--format=%(refname)%00%(objectname)%00%(*objectname)", sort(request));
        if (request.getIgnoreCase()) {
            command = command.with("--ignore-case");
        }
        for (var oid : request.getPointingAtOidsList()) {
            command = command.with("--points-at=" + argument(oid));
        }
        command = command.with("--");
        for (var pattern : request.getPatternsList()) {
            command = command.with(argument(pattern));
        }
        return command;
    }

    private static String sort(ListRefsRequest request) throws StatusException {
        var descending = request.getSortBy().getDirection() == SortDirection.DESCENDING;
        return "--sort=" + (descending ? "-" : "") + key(request.getSortBy().getKey());
    }

    private static String key(SortBy.Key key) throws StatusException {
        return switch (key) {
            case REFNAME -> "refname";
            case CREATORDATE -> "creatordate";
            case AUTHORDATE -> "authordate";
            case COMMITTERDATE -> "committerdate";
            case UNRECOGNIZED -> throw Repositories.invalid("unknown sort key");
        };
    }

    /// An argument of a process is text; Git reads UTF-8.
    private static String argument(ByteString bytes) throws StatusException {
        if (bytes.toStringUtf8().indexOf(0) >= 0) {
            throw Repositories.invalid("pattern contains a NUL");
        }
        return bytes.toStringUtf8();
    }

    private static Reference reference(String[] fields, boolean peel) {
        var reference = Reference.newBuilder()
                .setName(ByteString.copyFrom(fields[0], StandardCharsets.ISO_8859_1))
                .setTarget(fields[1]);
        if (peel) {
            reference.setPeeledTarget(fields[2]);
        }
        return reference.build();
    }
}
