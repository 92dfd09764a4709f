package io.quaestor.sandbox.rpc;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quaestor.sandbox.git.GitBusyException;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the handlers of RPCs as plain blocking code, each on a thread of its own. gRPC's callbacks (ready, cancelled,
/// next message) go on arriving while a handler blocks.
///
/// A cancelled call interrupts its thread and runs the hooks of its [CallScope].
public final class ServerTasks {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTasks.class);

    private final ThreadFactory threads;

    /// @param threads makes virtual threads
    public ServerTasks(ThreadFactory threads) {
        this.threads = threads;
    }

    /// One request, one response.
    @FunctionalInterface
    public interface Unary<O> {
        O handle(CallScope scope) throws IOException, InterruptedException, StatusException;
    }

    /// One request, many responses.
    @FunctionalInterface
    public interface Streaming<O> {
        void handle(CallScope scope, MessageSink<O> responses)
                throws IOException, InterruptedException, StatusException;
    }

    /// Many requests, many responses.
    @FunctionalInterface
    public interface Duplex<I, O> {
        void handle(CallScope scope, MessageSource<I> requests, MessageSink<O> responses)
                throws IOException, InterruptedException, StatusException;
    }

    public <O> void unary(StreamObserver<O> answer, Unary<O> handler) {
        var call = (ServerCallStreamObserver<O>) answer;
        start(call, scope -> call.onNext(handler.handle(scope)));
    }

    public <O> void streaming(StreamObserver<O> answer, Streaming<O> handler) {
        var call = (ServerCallStreamObserver<O>) answer;
        var responses = new MessageSink<O>(call);
        start(call, scope -> {
            scope.onCancel(responses::end);
            handler.handle(scope, responses);
        });
    }

    public <I, O> StreamObserver<I> duplex(StreamObserver<O> answer, Duplex<I, O> handler) {
        var call = (ServerCallStreamObserver<O>) answer;
        call.disableAutoRequest();
        var requests = new MessageSource<I>(call::request);
        var responses = new MessageSink<O>(call);
        start(call, scope -> {
            scope.onCancel(responses::end);
            scope.onCancel(() -> requests.ended(new CallEndedException("the client cancelled the call")));
            handler.handle(scope, requests, responses);
        });
        call.request(1);
        return new StreamObserver<>() {
            @Override
            public void onNext(I message) {
                requests.arrived(message);
            }

            @Override
            public void onError(Throwable cause) {
                requests.ended(new CallEndedException("the client cancelled the call"));
            }

            @Override
            public void onCompleted() {
                requests.ended(null);
            }
        };
    }

    @FunctionalInterface
    private interface Body {
        void run(CallScope scope) throws IOException, InterruptedException, StatusException;
    }

    private <O> void start(ServerCallStreamObserver<O> call, Body body) {
        var scope = new CallScope();
        var thread = threads.newThread(Context.current().wrap(() -> {
            try {
                body.run(scope);
                call.onCompleted();
            } catch (Exception e) {
                var status = statusOf(e, scope);
                if (status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN) {
                    LOG.warn("call failed: {}", status.getDescription(), e);
                }
                call.onError(status.asException());
            }
        }));
        call.setOnCancelHandler(scope::cancel);
        scope.onCancel(thread::interrupt);
        thread.start();
    }

    private static Status statusOf(Exception failure, CallScope scope) {
        if (scope.isCancelled()) {
            return Status.CANCELLED;
        }
        return switch (failure) {
            case StatusException e -> e.getStatus();
            case StatusRuntimeException e -> e.getStatus();
            case CallFailedException e -> e.status();
            case CallEndedException e -> Status.CANCELLED.withDescription(e.getMessage());
            case GitBusyException e -> Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage());
            case InterruptedException _ -> Status.CANCELLED;
            case IOException e -> Status.INTERNAL.withDescription(String.valueOf(e.getMessage())).withCause(e);
            default -> Status.INTERNAL.withDescription(failure.toString()).withCause(failure);
        };
    }
}
