package io.quaestor.sandbox.support;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.quaestor.messages.PostReceivePackRequest;
import io.quaestor.messages.Repository;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.smarthttp.GitBackend;
import io.quaestor.sandbox.smarthttp.GitCalls;
import io.quaestor.sandbox.smarthttp.GitService;
import io.quaestor.sandbox.smarthttp.RepositoryName;
import io.quaestor.sandbox.smarthttp.SmartHttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// Lets the user's git push through a channel of the test.
public final class ChannelGateway implements AutoCloseable {

    private final SmartHttpServer server;

    private ChannelGateway(SmartHttpServer server) {
        this.server = server;
    }

    /// @param pushes  carries pushes
    /// @param queries carries what comes before a push
    public static ChannelGateway start(String storage, Channel pushes, Channel queries) throws IOException {
        return new ChannelGateway(SmartHttpServer.start(0, new Backend(storage, pushes, queries), TestNode.THREADS));
    }

    public String url(String relativePath) {
        return "http://127.0.0.1:" + server.port() + "/" + relativePath;
    }

    @Override
    public void close() {
        server.close();
    }

    private record Backend(String storage, Channel pushes, Channel queries) implements GitBackend {

        @Override
        public void advertise(GitService service, RepositoryName name, String protocol, OutputStream out)
                throws IOException, InterruptedException {
            calls(queries).advertise(service, repository(name), protocol, out);
        }

        @Override
        public void uploadPack(RepositoryName name, String protocol, InputStream in, OutputStream out)
                throws IOException, InterruptedException {
            calls(queries).uploadPack(repository(name), protocol, in, out);
        }

        @Override
        public void receivePack(RepositoryName name, String protocol, InputStream in, OutputStream out)
                throws IOException, InterruptedException {
            var first = PostReceivePackRequest.newBuilder()
                    .setRepository(repository(name))
                    .setGlId("user-1")
                    .setGlRepository("project-1")
                    .setGitProtocol(protocol)
                    .build();
            calls(pushes).receivePack(first, in, out);
        }

        private GitCalls calls(Channel channel) {
            return new GitCalls(new ChannelPeer(channel), new Metadata(), TestNode.THREADS);
        }

        private Repository repository(RepositoryName name) {
            return Repository.newBuilder()
                    .setStorageName(storage)
                    .setRelativePath(name.relativePath())
                    .setGlRepository("project-1")
                    .build();
        }
    }

    private record ChannelPeer(Channel channel) implements Peer {

        @Override
        public boolean connect(Duration limit) {
            return true;
        }

        @Override
        public void close() {
            // the test closes its channel
        }
    }
}
