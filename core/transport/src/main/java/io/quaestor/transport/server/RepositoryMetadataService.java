package io.quaestor.transport.server;

import com.google.protobuf.Timestamp;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.quaestor.admin.Inspection;
import io.quaestor.admin.ValidPrimaries;
import io.quaestor.messages.GetRepositoryMetadataRequest;
import io.quaestor.messages.GetRepositoryMetadataResponse;
import io.quaestor.messages.PraefectInfoServiceGrpc;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/// Answers `GetRepositoryMetadata` of `gitaly.PraefectInfoService`: where a repository is (RT 1.12).
public final class RepositoryMetadataService implements BindableService {

    private static final String PREFIX = "get metadata: ";

    private final Inspection inspection;
    private final ThreadFactory threads;

    public RepositoryMetadataService(Inspection inspection, ThreadFactory threads) {
        this.inspection = inspection;
        this.threads = threads;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BlockingMethods.service(
                PraefectInfoServiceGrpc.getServiceDescriptor(),
                new BlockingMethods(threads)
                        .unary(PraefectInfoServiceGrpc.getGetRepositoryMetadataMethod(), PREFIX, this::metadata));
    }

    private GetRepositoryMetadataResponse metadata(GetRepositoryMetadataRequest request)
            throws InterruptedException, StatusException {
        return find(request).map(RepositoryMetadataService::answer).orElseThrow(() -> Status.NOT_FOUND
                .withDescription("repository not found")
                .asException());
    }

    private Optional<Placement> find(GetRepositoryMetadataRequest request)
            throws InterruptedException, StatusException {
        return switch (request.getQueryCase()) {
            case REPOSITORY_ID -> {
                long id = request.getRepositoryId();
                yield id > 0 ? inspection.placement(new RepositoryId(id)) : Optional.empty();
            }
            case PATH -> {
                var path = request.getPath();
                if (path.getVirtualStorage().isEmpty() || path.getRelativePath().isEmpty()) {
                    yield Optional.empty();
                }
                yield inspection.placement(
                        new RepositoryKey(new VirtualStorage(path.getVirtualStorage()), path.getRelativePath()));
            }
            case QUERY_NOT_SET ->
                throw Status.INTERNAL
                        .withDescription(PREFIX + "unknown query type: <nil>") // as Praefect says it
                        .asException();
        };
    }

    private static GetRepositoryMetadataResponse answer(Placement placement) {
        var answer = GetRepositoryMetadataResponse.newBuilder()
                .setRepositoryId(placement.id().value())
                .setVirtualStorage(placement.key().virtualStorage().name())
                .setRelativePath(placement.key().relativePath())
                .setReplicaPath(placement.path().value())
                .setPrimary(placement.primary().map(StorageName::value).orElse(""))
                .setGeneration(placement.generation().value())
                .setSuspectSince(placement.suspect().map(Instant::toString).orElse(""));
        var validPrimaries = ValidPrimaries.of(placement);
        for (var replica : placement.replicas()) {
            answer.addReplicas(answer(replica, validPrimaries.contains(replica.storage())));
        }
        return answer.build();
    }

    private static GetRepositoryMetadataResponse.Replica answer(Replica replica, boolean validPrimary) {
        var answer = GetRepositoryMetadataResponse.Replica.newBuilder()
                .setStorage(replica.storage().value())
                .setAssigned(replica.assigned())
                .setGeneration(replica.generation().value())
                .setHealthy(replica.healthy())
                .setValidPrimary(validPrimary);
        replica.verifiedAt()
                .ifPresent(at -> answer.setVerifiedAt(Timestamp.newBuilder()
                        .setSeconds(at.getEpochSecond())
                        .setNanos(at.getNano())));
        return answer.build();
    }
}
