package io.quaestor.sandbox.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A streaming call for blocking code. One thread sends, one (it may be the same) receives.
///
/// Closing it cancels the call unless it has ended.
public final class ClientStream<I, O> implements AutoCloseable {

    private final Observer<I, O> observer;

    private ClientStream(Channel channel, MethodDescriptor<I, O> method, CallOptions options) {
        // gRPC does not tell when a call that sends a single message becomes ready
        observer = new Observer<>(!method.getType().clientSendsOneMessage());
        var _ = ClientCalls.asyncBidiStreamingCall(channel.newCall(method, options), observer);
    }

    public static <I, O> ClientStream<I, O> open(
            Channel channel, MethodDescriptor<I, O> method, CallOptions options) {
        return new ClientStream<>(channel, method, options);
    }

    public void send(I message) throws IOException, InterruptedException {
        observer.send(message);
    }

    /// Says that no more is sent. Does nothing if the call has ended already.
    public void halfClose() {
        observer.halfClose();
    }

    /// Waits for the next message.
    ///
    /// @return empty when the call has ended with OK
    /// @throws CallFailedException if it ended with another status
    public Optional<O> receive() throws IOException, InterruptedException {
        return observer.responses().take();
    }

    /// Gives the call up unless it has ended. From any thread.
    public void cancel() {
        observer.cancel();
    }

    @Override
    public void close() {
        cancel();
    }

    /// `beforeStart` is called before the constructor that starts the call returns, so its fields are set when used.
    private static final class Observer<I, O> implements ClientResponseObserver<I, O> {

        private final boolean waits;
        private @Nullable ClientCallStreamObserver<I> call;
        private @Nullable MessageSink<I> requests;
        private @Nullable MessageSource<O> responses;
        private volatile boolean ended;

        /// @param waits whether a message is sent only when gRPC does not have to buffer it
        private Observer(boolean waits) {
            this.waits = waits;
        }

        private void send(I message) throws IOException, InterruptedException {
            if (waits) {
                requests().send(message);
            } else {
                started().onNext(message);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<I> started) {
            started.disableAutoRequestWithInitial(1);
            call = started;
            requests = new MessageSink<>(started);
            responses = new MessageSource<>(started::request);
        }

        @Override
        public void onNext(O message) {
            responses().arrived(message);
        }

        @Override
        public void onError(Throwable cause) {
            end(new CallFailedException(Status.fromThrowable(cause)));
        }

        @Override
        public void onCompleted() {
            end(null);
        }

        private void end(@Nullable IOException cause) {
            ended = true;
            responses().ended(cause);
            requests().end();
        }

        private void halfClose() {
            if (!ended) {
                started().onCompleted();
            }
        }

        private void cancel() {
            if (!ended) {
                started().cancel("not wanted any more", null);
            }
        }

        private ClientCallStreamObserver<I> started() {
            return started(call);
        }

        private MessageSink<I> requests() {
            return started(requests);
        }

        private MessageSource<O> responses() {
            return started(responses);
        }

        private static <T> T started(@Nullable T field) {
            if (field == null) {
                throw new IllegalStateException("call not started");
            }
            return field;
        }
    }
}
