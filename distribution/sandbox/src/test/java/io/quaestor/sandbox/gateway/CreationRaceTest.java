package io.quaestor.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.CreateRepositoryResponse;
import io.quaestor.messages.InfoRefsRequest;
import io.quaestor.messages.InfoRefsResponse;
import io.quaestor.messages.RepositoryServiceGrpc.RepositoryServiceImplBase;
import io.quaestor.messages.SmartHTTPServiceGrpc.SmartHTTPServiceImplBase;
import io.quaestor.sandbox.rpc.CallFailedException;
import io.quaestor.sandbox.rpc.Loopback;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.sandbox.smarthttp.GitService;
import io.quaestor.sandbox.smarthttp.RepositoryName;
import io.quaestor.sandbox.support.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jspecify.annotations.Nullable;

/// Pushes to one new name at the same time. The proxy knows the repository only when its creation has ended, and refuses
/// a second creation from the begin of the first one.
@Timeout(60)
class CreationRaceTest {

    private static final RepositoryName NAME = new RepositoryName("group/new");

    private final AtomicInteger pauses = new AtomicInteger();
    private ProxyThatCreatesSlowly proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyThatCreatesSlowly();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void allPushesToANewNameGoOn() throws Exception {
        var backend = backend(() -> {
            if (pauses.incrementAndGet() == 20) {
                proxy.endCreation(true);
            }
        });

        var pushes = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 10; i++) {
            pushes.add(push(backend));
        }

        for (var push : pushes) {
            assertThat(push.get(30, TimeUnit.SECONDS)).isEqualTo("references");
        }
        assertThat(proxy.created.get()).isEqualTo(1);
    }

    @Test
    void pushThatWaitedCreatesWhereAnotherOneFailed() throws Exception {
        var backend = backend(() -> {
            if (pauses.incrementAndGet() == 1) {
                proxy.endCreation(false);
            }
        });
        var first = push(backend);
        proxy.awaitCreation();

        var second = push(backend);

        assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS)).hasMessageContaining("no luck");
        proxy.awaitCreation();
        proxy.endCreation(true);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("references");
    }

    @Test
    void creationThatNeverEndsIsNotWaitedForForEver() throws Exception {
        var backend = backend(pauses::incrementAndGet);
        var _ = push(backend);
        proxy.awaitCreation();

        assertThatThrownBy(() -> push(backend).get(30, TimeUnit.SECONDS)).hasMessageContaining("repository not found");
        assertThat(pauses.get()).isEqualTo(ProxyBackend.LOOKS);
    }

    @Test
    void fetchOfANameThatIsBeingCreatedDoesNotWait() throws Exception {
        var backend = backend(pauses::incrementAndGet);
        var _ = push(backend);
        proxy.awaitCreation();

        assertThatThrownBy(() -> backend.advertise(GitService.UPLOAD_PACK, NAME, "", new ByteArrayOutputStream()))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("repository not found");
        assertThat(pauses.get()).isZero();
    }

    private ProxyBackend backend(ProxyBackend.Pause pause) {
        return new ProxyBackend(proxy, "default", TestNode.THREADS, pause);
    }

    private static CompletableFuture<String> push(ProxyBackend backend) {
        var answer = new CompletableFuture<String>();
        TestNode.THREADS
                .newThread(() -> {
                    var out = new ByteArrayOutputStream();
                    try {
                        backend.advertise(GitService.RECEIVE_PACK, NAME, "", out);
                        answer.complete(out.toString());
                    } catch (IOException | InterruptedException e) {
                        answer.completeExceptionally(e);
                    }
                })
                .start();
        return answer;
    }

    /// A proxy on a real socket: one creation at a time, which ends when the test says so.
    private static final class ProxyThatCreatesSlowly implements Peer {

        final AtomicInteger created = new AtomicInteger();
        private final Server server;
        private final ManagedChannel channel;
        private final Object lock = new Object();
        private @Nullable StreamObserver<CreateRepositoryResponse> creation;
        private boolean known;

        ProxyThatCreatesSlowly() throws IOException {
            server = NettyServerBuilder.forAddress(Loopback.port(0))
                    .addService(new Creations())
                    .addService(new References())
                    .build()
                    .start();
            channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                    .usePlaintext()
                    .build();
        }

        void awaitCreation() throws InterruptedException {
            synchronized (lock) {
                while (creation == null) {
                    lock.wait();
                }
            }
        }

        void endCreation(boolean succeeds) {
            synchronized (lock) {
                var ended = creation;
                creation = null;
                if (ended == null) {
                    throw new AssertionError("nothing is being created");
                }
                if (succeeds) {
                    known = true;
                    created.incrementAndGet();
                    ended.onNext(CreateRepositoryResponse.getDefaultInstance());
                    ended.onCompleted();
                } else {
                    ended.onError(Status.UNAVAILABLE.withDescription("no luck").asException());
                }
            }
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public boolean connect(Duration limit) {
            return true;
        }

        @Override
        public void close() {
            channel.shutdownNow();
            server.shutdownNow();
        }

        private final class Creations extends RepositoryServiceImplBase {

            @Override
            public void createRepository(
                    CreateRepositoryRequest request, StreamObserver<CreateRepositoryResponse> answer) {
                synchronized (lock) {
                    if (known || creation != null) {
                        answer.onError(Status.ALREADY_EXISTS
                                .withDescription("repository already exists")
                                .asException());
                        return;
                    }
                    creation = answer;
                    lock.notifyAll();
                }
            }
        }

        private final class References extends SmartHTTPServiceImplBase {

            @Override
            public void infoRefsReceivePack(InfoRefsRequest request, StreamObserver<InfoRefsResponse> answer) {
                answer(answer);
            }

            @Override
            public void infoRefsUploadPack(InfoRefsRequest request, StreamObserver<InfoRefsResponse> answer) {
                answer(answer);
            }

            private void answer(StreamObserver<InfoRefsResponse> answer) {
                synchronized (lock) {
                    if (!known) {
                        answer.onError(Status.NOT_FOUND
                                .withDescription("repository not found")
                                .asException());
                        return;
                    }
                }
                answer.onNext(InfoRefsResponse.newBuilder()
                        .setData(ByteString.copyFromUtf8("references"))
                        .build());
                answer.onCompleted();
            }
        }
    }
}
