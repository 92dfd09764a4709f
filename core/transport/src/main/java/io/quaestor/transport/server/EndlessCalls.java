package io.quaestor.transport.server;

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

    private final Set<ServerCall<?, ?>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
            return next.startCall(call, headers);
        }
        running.add(call);
        if (ending) {
            end(call);
            return new ServerCall.Listener<>() {};
        }
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onCancel() {
                running.remove(call);
                super.onCancel();
            }
        };
    }

    /// Ends those that run, and from now on each that comes. Any thread.
    void end() {
        ending = true;
        running.forEach(this::end);
    }

    private void end(ServerCall<?, ?> call) {
        if (running.remove(call)) {
            call.close(STOPPING, new Metadata());
        }
    }
}
