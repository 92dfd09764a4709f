package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import io.quaestor.messages.FindDefaultBranchNameRequest;
import io.quaestor.messages.FindDefaultBranchNameResponse;
import io.quaestor.messages.ListRefsRequest;
import io.quaestor.messages.ListRefsResponse;
import io.quaestor.messages.ListRefsResponse.Reference;
import io.quaestor.messages.PaginationCursor;
import io.quaestor.messages.RefExistsRequest;
import io.quaestor.messages.RefExistsResponse;
import io.quaestor.messages.RefServiceGrpc.RefServiceImplBase;
import io.quaestor.sandbox.rpc.ServerTasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `gitaly.RefService`, as far as a sandbox needs it. What is not overridden answers `UNIMPLEMENTED`.
final class RefEndpoint extends RefServiceImplBase {

    /// Some 100 KiB per message with names of usual length, below gRPC's limit of 4 MiB with the longest ones.
    private static final int REFERENCES_PER_MESSAGE = 1000;

    private final ServerTasks tasks;
    private final Storage storage;
    private final Repositories repositories;
    private final References references;

    RefEndpoint(ServerTasks tasks, Storage storage, Repositories repositories, References references) {
        this.tasks = tasks;
        this.storage = storage;
        this.repositories = repositories;
        this.references = references;
    }

    @Override
    public void listRefs(ListRefsRequest request, StreamObserver<ListRefsResponse> answer) {
        tasks.streaming(answer, (_, responses) -> {
            var all = references.list(storage.existing(request.getRepository()), request);
            var page = page(all, request);
            for (int from = 0; from < page.size(); from += REFERENCES_PER_MESSAGE) {
                var to = Math.min(from + REFERENCES_PER_MESSAGE, page.size());
                var response = ListRefsResponse.newBuilder().addAllReferences(page.subList(from, to));
                if (to == page.size() && !page.getLast().equals(all.getLast())) {
                    response.setPaginationCursor(PaginationCursor.newBuilder()
                            .setNextCursor(page.getLast().getName().toStringUtf8()));
                }
                responses.send(response.build());
            }
        });
    }

    @Override
    public void refExists(RefExistsRequest request, StreamObserver<RefExistsResponse> answer) {
        tasks.unary(answer, _ -> RefExistsResponse.newBuilder()
                .setValue(repositories.exists(
                        storage.existing(request.getRepository()), Repositories.text(request.getRef())))
                .build());
    }

    @Override
    public void findDefaultBranchName(
            FindDefaultBranchNameRequest request, StreamObserver<FindDefaultBranchNameResponse> answer) {
        tasks.unary(answer, _ -> {
            var repository = storage.existing(request.getRepository());
            var head = repositories.head(repository);
            var name = request.getHeadOnly() ? head : defaultBranch(repository, head);
            return FindDefaultBranchNameResponse.newBuilder()
                    .setName(ByteString.copyFrom(name.orElse(""), StandardCharsets.ISO_8859_1))
                    .build();
        });
    }

    /// HEAD's branch if it exists, else `main`, else `master`, else the first branch, else none.
    private Optional<String> defaultBranch(Path repository, Optional<String> head)
            throws IOException, InterruptedException, StatusException {
        for (var candidate : List.of(head.orElse("refs/heads/main"), "refs/heads/main", "refs/heads/master")) {
            if (repositories.exists(repository, candidate)) {
                return Optional.of(candidate);
            }
        }
        var branches = ListRefsRequest.newBuilder()
                .addPatterns(ByteString.copyFromUtf8("refs/heads/"))
                .build();
        return references.list(repository, branches).stream()
                .findFirst()
                .map(first -> Repositories.text(first.getName()));
    }

    private static List<Reference> page(List<Reference> all, ListRefsRequest request) throws StatusException {
        var parameters = request.getPaginationParams();
        var token = parameters.getPageToken();
        int from = 0;
        if (!token.isEmpty()) {
            var wanted = ByteString.copyFromUtf8(token);
            while (from < all.size() && !all.get(from).getName().equals(wanted)) {
                from++;
            }
            if (from == all.size()) {
                throw Repositories.invalid("could not find page token");
            }
            from++;
        }
        var rest = all.subList(from, all.size());
        var limit = parameters.getLimit();
        return limit > 0 && limit < rest.size() ? rest.subList(0, limit) : rest;
    }
}
