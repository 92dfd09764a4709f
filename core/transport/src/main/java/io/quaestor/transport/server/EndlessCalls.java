package io.quaestor.transport.server;

import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Knows the calls that never end by themselves, health watches, so that a stop need not wait for them.
final class EndlessCalls implements ServerInterceptor {

    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("the proxy is stopping");

    private final Set<Endless<?, ?>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
            return next.startCall(call, headers);
        }
        var endless = new Endless<>(call);
        running.add(endless);
        if (ending) {
            endless.close(STOPPING, new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(next.startCall(endless, headers)) {
            @Override
            public void onCancel() {
                running.remove(endless);
                super.onCancel();
            }
        };
    }

    /// Ends those that run, and from now on each that comes. Any thread.
    void end() {
        ending = true;
        running.forEach(call -> call.close(STOPPING, new Metadata()));
    }

    /// A call that is closed once, by whoever comes first.
    private final class Endless<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

        Endless(ServerCall<Q, A> call) {
            super(call);
        }

        /// What the health service says between the end and the client's going is lost.
        @Override
        public void sendHeaders(Metadata headers) {
            if (running.contains(this)) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(A message) {
            if (running.contains(this)) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (running.remove(this)) {
                super.close(status, trailers);
            }
        }
    }
}
