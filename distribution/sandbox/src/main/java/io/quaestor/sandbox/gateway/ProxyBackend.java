package io.quaestor.sandbox.gateway;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.ObjectFormat;
import io.quaestor.messages.PostReceivePackRequest;
import io.quaestor.messages.Repository;
import io.quaestor.messages.RepositoryServiceGrpc;
import io.quaestor.sandbox.rpc.CallFailedException;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.smarthttp.GitBackend;
import io.quaestor.sandbox.smarthttp.GitCalls;
import io.quaestor.sandbox.smarthttp.GitService;
import io.quaestor.sandbox.smarthttp.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a proxy, with the metadata that Workhorse sends.
final class ProxyBackend implements GitBackend {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyBackend.class);

    /// Longest time for a creation: all nodes vote on it.
    private static final Duration CREATION = Duration.ofMinutes(1);

    /// How often a push looks for a repository that another push is creating, so for about as long as a creation may take.
    static final int LOOKS = 600;

    /// For a proxy that is just coming back.
    private static final Duration CONNECTION = Duration.ofSeconds(3);

    /// GitLab's name for a user by number; a sandbox has one.
    private static final String USER_ID = "user-1";

    private static final String USER_NAME = "sandbox";

    private final Peer peer;
    private final String storage;
    private final ThreadFactory threads;
    private final Pause pause;

    /// @param pause between two looks for a repository that another push is creating
    ProxyBackend(Peer peer, String storage, ThreadFactory threads, Pause pause) {
        this.peer = peer;
        this.storage = storage;
        this.threads = threads;
        this.pause = pause;
    }

    /// A little while. **Blocking:** for so long.
    @FunctionalInterface
    interface Pause {

        void pass() throws InterruptedException;
    }

    /// A push to an unknown name is answered as if the repository were there and empty, which creates it. Of several
    /// pushes at the same time one creates it, and the others wait until it is there; if that creation fails, one of them
    /// is the next to try.
    @Override
    public void advertise(GitService service, RepositoryName name, String protocol, OutputStream out)
            throws IOException, InterruptedException {
        peer.connect(CONNECTION); // if it fails, so does the call, and says why
        var metadata = metadata();
        var calls = new GitCalls(peer, metadata, threads);
        for (int looks = 1; ; looks++) {
            try {
                calls.advertise(service, repository(name), protocol, out);
                return;
            } catch (CallFailedException e) {
                boolean unknown = e.status().getCode() == Status.Code.NOT_FOUND;
                if (service != GitService.RECEIVE_PACK || !unknown || looks > LOOKS) {
                    throw e;
                }
            }
            if (!create(name, metadata)) {
                pause.pass();
            }
        }
    }

    @Override
    public void uploadPack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        new GitCalls(peer, metadata(), threads).uploadPack(repository(name), protocol, in, out);
    }

    @Override
    public void receivePack(RepositoryName name, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        var first = PostReceivePackRequest.newBuilder()
                .setRepository(repository(name))
                .setGlId(USER_ID)
                .setGlUsername(USER_NAME)
                .setGlRepository(glRepository(name))
                .setGitProtocol(protocol)
                .build();
        new GitCalls(peer, metadata(), threads).receivePack(first, in, out);
    }

    /// @return `false` if another push was faster; its creation may still be under way
    private boolean create(RepositoryName name, Metadata metadata) throws CallFailedException {
        var request = CreateRepositoryRequest.newBuilder()
                .setRepository(repository(name))
                .setObjectFormat(ObjectFormat.OBJECT_FORMAT_SHA1)
                .build();
        try {
            var _ = RepositoryServiceGrpc.newBlockingStub(peer.channel())
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                    .withDeadlineAfter(CREATION)
                    .createRepository(request);
            LOG.info("created {}", name.relativePath());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
                return false;
            }
            throw new CallFailedException(e.getStatus());
        }
    }

    private Repository repository(RepositoryName name) {
        return Repository.newBuilder()
                .setStorageName(storage)
                .setRelativePath(name.relativePath())
                .setGlRepository(glRepository(name))
                .setGlProjectPath(name.value())
                .build();
    }

    private static String glRepository(RepositoryName name) {
        return "sandbox-" + name.value();
    }

    private static Metadata metadata() {
        var metadata = new Metadata();
        put(metadata, "x-gitlab-correlation-id", UUID.randomUUID().toString());
        put(metadata, "x-gitlab-client-name", "quaestor-sandbox-gateway");
        put(metadata, "user_id", USER_ID);
        put(metadata, "username", USER_NAME);
        put(metadata, "remote_ip", "127.0.0.1");
        return metadata;
    }

    private static void put(Metadata metadata, String key, String value) {
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    }
}
