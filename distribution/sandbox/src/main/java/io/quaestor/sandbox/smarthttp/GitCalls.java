package io.quaestor.sandbox.smarthttp;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.InfoRefsRequest;
import io.quaestor.messages.InfoRefsResponse;
import io.quaestor.messages.PostReceivePackRequest;
import io.quaestor.messages.PostReceivePackResponse;
import io.quaestor.messages.PostUploadPackWithSidechannelRequest;
import io.quaestor.messages.PostUploadPackWithSidechannelResponse;
import io.quaestor.messages.Repository;
import io.quaestor.messages.SmartHTTPServiceGrpc;
import io.quaestor.sandbox.rpc.CallEndedException;
import io.quaestor.sandbox.rpc.CallFailedException;
import io.quaestor.sandbox.rpc.Chunks;
import io.quaestor.sandbox.rpc.ClientStream;
import io.quaestor.sandbox.rpc.MessageSink;
import io.quaestor.sandbox.rpc.Peer;
import io.quaestor.wire.SidechannelCall;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The calls behind a fetch and a push, from one stream to another.
///
/// Every method blocks until the call's status is known and fails with [CallFailedException] if that is not OK: only
/// then may the reader of `out` be told that it has everything (P1).
public final class GitCalls {

    /// Longest time for the references of a repository.
    private static final Duration ADVERTISEMENT = Duration.ofMinutes(10);

    /// Longest time for a whole fetch or push.
    private static final Duration TRANSFER = Duration.ofHours(6);

    /// Between the last byte of a sidechannel and the status of its call.
    private static final Duration STATUS = Duration.ofMinutes(1);

    /// Between the end of a connection and the end of the calls on it.
    private static final Duration MOMENT = Duration.ofMillis(200);

    private static final long DRAINED = 64 << 20;

    private static final Duration DRAINING = Duration.ofSeconds(10);

    private final Peer peer;
    private final Metadata metadata;
    private final ThreadFactory threads;

    /// @param metadata sent with every call: who asks, for whom
    /// @param threads  makes virtual threads
    public GitCalls(Peer peer, Metadata metadata, ThreadFactory threads) {
        this.peer = peer;
        this.metadata = metadata;
        this.threads = threads;
    }

    /// Writes the references as the given service announces them.
    public void advertise(GitService service, Repository repository, String protocol, OutputStream out)
            throws IOException, InterruptedException {
        var method = service == GitService.UPLOAD_PACK
                ? SmartHTTPServiceGrpc.getInfoRefsUploadPackMethod()
                : SmartHTTPServiceGrpc.getInfoRefsReceivePackMethod();
        try (var call = ClientStream.<InfoRefsRequest, InfoRefsResponse>open(
                channel(), method, options(ADVERTISEMENT))) {
            begin(
                    call,
                    InfoRefsRequest.newBuilder()
                            .setRepository(repository)
                            .setGitProtocol(protocol)
                            .build());
            call.halfClose();
            for (var next = call.receive(); next.isPresent(); next = call.receive()) {
                next.get().getData().writeTo(out);
            }
        }
    }

    /// Fetch: sends a negotiation, writes what comes back.
    public void uploadPack(Repository repository, String protocol, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        var request = PostUploadPackWithSidechannelRequest.newBuilder()
                .setRepository(repository)
                .setGitProtocol(protocol)
                .build();
        var sidechannel = new SidechannelCall(MessageSink.STALL_LIMIT);
        var answer = ClientCalls.futureUnaryCall(
                channel()
                        .newCall(
                                SmartHTTPServiceGrpc.getPostUploadPackWithSidechannelMethod(),
                                sidechannel.with(options(TRANSFER))),
                request);
        try {
            var opened = sidechannel.await(TRANSFER);
            if (opened.isPresent()) {
                try {
                    transfer(opened.get(), in, out);
                } catch (IOException e) {
                    // a lost connection ends the call as well, and its status says more; ours ends only in `finally`
                    awaitFailure(answer);
                    throw e;
                }
            }
            answer.get(STATUS.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CallFailedException(Status.fromThrowable(e)); // the status is in its cause
        } catch (TimeoutException e) {
            throw new CallFailedException(Status.DEADLINE_EXCEEDED.withDescription("no status after the data"));
        } finally {
            answer.cancel(true); // does nothing to a call that has ended
        }
    }

    /// Push: sends commands and pack, writes the report.
    ///
    /// @param first repository and user; its data is sent before `in`
    public void receivePack(PostReceivePackRequest first, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        try (var call = ClientStream.<PostReceivePackRequest, PostReceivePackResponse>open(
                channel(), SmartHTTPServiceGrpc.getPostReceivePackMethod(), options(TRANSFER))) {
            begin(call, first);
            var feeder = threads.newThread(() -> {
                try {
                    Chunks.copy(
                            in,
                            piece -> call.send(
                                    PostReceivePackRequest.newBuilder().setData(piece).build()));
                    call.halfClose();
                } catch (CallEndedException e) {
                    drain(in);
                } catch (IOException | InterruptedException e) {
                    call.cancel(); // half of a push must not look like a whole one
                }
            });
            feeder.start();
            try {
                for (var next = call.receive(); next.isPresent(); next = call.receive()) {
                    next.get().getData().writeTo(out);
                }
            } finally {
                call.cancel();
                feeder.join(DRAINING); // nobody else may read `in` before
            }
        }
    }

    /// Sends the first message. If the call has ended already, its status says more than that, and whoever waits for the
    /// answer gets it.
    private static <I> void begin(ClientStream<I, ?> call, I first) throws IOException, InterruptedException {
        try {
            call.send(first);
        } catch (CallEndedException e) {
            // the answer is the status
        }
    }

    /// Takes what a client still sends after its call has ended, within reason: it reads the answer only afterwards.
    private static void drain(InputStream in) {
        try {
            in.skipNBytes(DRAINED);
        } catch (IOException e) {
            // the end, mostly
        }
    }

    private static void awaitFailure(Future<?> answer) throws ExecutionException, InterruptedException {
        try {
            answer.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it is not the call that failed
        }
    }

    private void transfer(SidechannelConnection side, InputStream in, OutputStream out) throws IOException {
        try (side) {
            var feeder = threads.newThread(() -> {
                try {
                    Chunks.pump(in, side.output());
                    side.output().close();
                } catch (IOException e) {
                    side.abort(); // the server must not take half a request for a whole one
                }
            });
            feeder.start();
            Chunks.pump(side.input(), out);
        }
    }

    private Channel channel() {
        return ClientInterceptors.intercept(
                peer.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static CallOptions options(Duration limit) {
        return CallOptions.DEFAULT.withDeadlineAfter(limit);
    }
}
