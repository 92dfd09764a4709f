package io.quaestor.sandbox.node;

import io.grpc.stub.StreamObserver;
import io.quaestor.messages.DiskStatisticsRequest;
import io.quaestor.messages.DiskStatisticsResponse;
import io.quaestor.messages.ReadinessCheckRequest;
import io.quaestor.messages.ReadinessCheckResponse;
import io.quaestor.messages.ReadinessCheckResponse.Failure;
import io.quaestor.messages.ServerInfoRequest;
import io.quaestor.messages.ServerInfoResponse;
import io.quaestor.messages.ServerInfoResponse.StorageStatus;
import io.quaestor.messages.ServerServiceGrpc.ServerServiceImplBase;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.GitCommand;
import io.quaestor.sandbox.rpc.ServerTasks;
import java.io.IOException;
import java.nio.file.Files;

/// `gitaly.ServerService`, as far as a sandbox needs it. What is not overridden answers `UNIMPLEMENTED`.
final class ServerEndpoint extends ServerServiceImplBase {

    /// A proxy that adapts to releases takes the node for one of this, as which it votes (D19 7.2).
    static final String VERSION = "19.1.0-quaestor-sandbox";

    private final ServerTasks tasks;
    private final Storage storage;
    private final String filesystemId;
    private final Git git;

    ServerEndpoint(ServerTasks tasks, Storage storage, String filesystemId, Git git) {
        this.tasks = tasks;
        this.storage = storage;
        this.filesystemId = filesystemId;
        this.git = git;
    }

    @Override
    public void serverInfo(ServerInfoRequest request, StreamObserver<ServerInfoResponse> answer) {
        tasks.unary(answer, _ -> ServerInfoResponse.newBuilder()
                .setServerVersion(VERSION)
                .setGitVersion(gitVersion())
                .addStorageStatuses(StorageStatus.newBuilder()
                        .setStorageName(storage.name())
                        .setReadable(Files.isReadable(storage.root()))
                        .setWriteable(isWriteable())
                        .setFsType(Files.getFileStore(storage.root()).type())
                        .setFilesystemId(filesystemId)
                        .setReplicationFactor(1))
                .build());
    }

    @Override
    public void diskStatistics(DiskStatisticsRequest request, StreamObserver<DiskStatisticsResponse> answer) {
        tasks.unary(answer, _ -> {
            var disk = Files.getFileStore(storage.root());
            return DiskStatisticsResponse.newBuilder()
                    .addStorageStatuses(DiskStatisticsResponse.StorageStatus.newBuilder()
                            .setStorageName(storage.name())
                            .setAvailable(disk.getUsableSpace())
                            .setUsed(disk.getTotalSpace() - disk.getUnallocatedSpace()))
                    .build();
        });
    }

    @Override
    public void readinessCheck(ReadinessCheckRequest request, StreamObserver<ReadinessCheckResponse> answer) {
        tasks.unary(answer, _ -> {
            var response = ReadinessCheckResponse.newBuilder();
            if (isWriteable()) {
                return response.setOkResponse(ReadinessCheckResponse.Ok.getDefaultInstance())
                        .build();
            }
            return response.setFailureResponse(Failure.newBuilder()
                            .addFailedChecks(Failure.Response.newBuilder()
                                    .setName("storage")
                                    .setErrorMessage("storage " + storage.name() + " is not writeable")))
                    .build();
        });
    }

    private String gitVersion() throws IOException, InterruptedException {
        return git.run(GitCommand.of("version")).strip().replace("git version ", "");
    }

    /// Permission bits say nothing to root and nothing about a file system that went read-only, so it is tried.
    private boolean isWriteable() {
        try {
            Trees.delete(storage.workshop());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
