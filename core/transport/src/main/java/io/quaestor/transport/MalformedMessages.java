package io.quaestor.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// Tells a client whose request is not a protobuf message so, as grpc-go does. grpc-java would take what its parser throws
/// for a defect of the service: it answers UNKNOWN and logs a stack.
///
/// Calls that are proxied are not parsed by grpc-java; the coordinator says the same of them.
public final class MalformedMessages implements ServerInterceptor {

    private MalformedMessages() {}

    /// The service, guarded.
    public static ServerServiceDefinition refusedBy(BindableService service) {
        var unparsed = ServerInterceptors.useInputStreamMessages(service.bindService()); // then parsing is in the listener
        return ServerInterceptors.intercept(unparsed, new MalformedMessages());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                if (refused) {
                    return;
                }
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException e) {
                    if (!(e.getCause() instanceof InvalidProtocolBufferException)) {
                        throw e;
                    }
                    refused = true;
                    call.close(refusal(e.getCause()), new Metadata());
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    private static Status refusal(Throwable cause) {
        return Status.INTERNAL.withDescription("grpc: error unmarshalling request: " + cause.getMessage());
    }
}
