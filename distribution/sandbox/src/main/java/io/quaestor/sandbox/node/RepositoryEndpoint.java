package io.quaestor.sandbox.node;

import io.grpc.stub.StreamObserver;
import io.quaestor.messages.CalculateChecksumRequest;
import io.quaestor.messages.CalculateChecksumResponse;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.CreateRepositoryResponse;
import io.quaestor.messages.ObjectFormatRequest;
import io.quaestor.messages.ObjectFormatResponse;
import io.quaestor.messages.RemoveRepositoryRequest;
import io.quaestor.messages.RemoveRepositoryResponse;
import io.quaestor.messages.ReplicateRepositoryRequest;
import io.quaestor.messages.ReplicateRepositoryResponse;
import io.quaestor.messages.RepositoryExistsRequest;
import io.quaestor.messages.RepositoryExistsResponse;
import io.quaestor.messages.RepositoryServiceGrpc.RepositoryServiceImplBase;
import io.quaestor.messages.RepositorySizeRequest;
import io.quaestor.messages.RepositorySizeResponse;
import io.quaestor.messages.WriteRefRequest;
import io.quaestor.messages.WriteRefResponse;
import io.quaestor.sandbox.rpc.ServerTasks;

/// `gitaly.RepositoryService`, as far as a sandbox needs it. What is not overridden answers `UNIMPLEMENTED`.
final class RepositoryEndpoint extends RepositoryServiceImplBase {

    private final ServerTasks tasks;
    private final Storage storage;
    private final Repositories repositories;
    private final RepositoryChanges changes;
    private final Replication replication;
    private final Voting voting;

    RepositoryEndpoint(
            ServerTasks tasks,
            Storage storage,
            Repositories repositories,
            RepositoryChanges changes,
            Replication replication,
            Voting voting) {
        this.tasks = tasks;
        this.storage = storage;
        this.repositories = repositories;
        this.changes = changes;
        this.replication = replication;
        this.voting = voting;
    }

    @Override
    public void repositoryExists(
            RepositoryExistsRequest request, StreamObserver<RepositoryExistsResponse> answer) {
        tasks.unary(answer, _ -> RepositoryExistsResponse.newBuilder()
                .setExists(Storage.isRepository(storage.path(request.getRepository())))
                .build());
    }

    /// The size is in KiB, as Gitaly counts.
    @Override
    public void repositorySize(RepositorySizeRequest request, StreamObserver<RepositorySizeResponse> answer) {
        tasks.unary(answer, _ -> RepositorySizeResponse.newBuilder()
                .setSize(Trees.size(storage.existing(request.getRepository())) / 1024)
                .build());
    }

    @Override
    public void objectFormat(ObjectFormatRequest request, StreamObserver<ObjectFormatResponse> answer) {
        tasks.unary(answer, _ -> ObjectFormatResponse.newBuilder()
                .setFormat(Repositories.formatOf(
                        repositories.objectFormat(storage.existing(request.getRepository()))))
                .build());
    }

    @Override
    public void createRepository(
            CreateRepositoryRequest request, StreamObserver<CreateRepositoryResponse> answer) {
        tasks.unary(answer, scope -> {
            changes.create(
                    request.getRepository(),
                    request.getDefaultBranch(),
                    request.getObjectFormat(),
                    voting.ofCall(scope));
            return CreateRepositoryResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeRepository(
            RemoveRepositoryRequest request, StreamObserver<RemoveRepositoryResponse> answer) {
        tasks.unary(answer, scope -> {
            changes.remove(request.getRepository(), voting.ofCall(scope));
            return RemoveRepositoryResponse.getDefaultInstance();
        });
    }

    @Override
    public void writeRef(WriteRefRequest request, StreamObserver<WriteRefResponse> answer) {
        tasks.unary(answer, scope -> {
            changes.writeRef(
                    storage.existing(request.getRepository()),
                    Repositories.text(request.getRef()),
                    Repositories.text(request.getRevision()),
                    Repositories.text(request.getOldRevision()),
                    voting.ofCall(scope));
            return WriteRefResponse.getDefaultInstance();
        });
    }

    @Override
    public void calculateChecksum(
            CalculateChecksumRequest request, StreamObserver<CalculateChecksumResponse> answer) {
        tasks.unary(answer, _ -> CalculateChecksumResponse.newBuilder()
                .setChecksum(repositories.checksum(storage.existing(request.getRepository())))
                .build());
    }

    @Override
    public void replicateRepository(
            ReplicateRepositoryRequest request, StreamObserver<ReplicateRepositoryResponse> answer) {
        tasks.unary(answer, scope -> {
            replication.replicate(request, scope);
            return ReplicateRepositoryResponse.getDefaultInstance();
        });
    }
}
