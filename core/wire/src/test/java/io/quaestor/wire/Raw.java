package io.quaestor.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// Unary calls with bytes as messages, as the Go programs of the interop tests speak them.
final class Raw {

    static final Metadata.Key<String> SIDECHANNEL_ID =
            Metadata.Key.of("gitaly-sidechannel-id", Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private Raw() {}

    static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.newBuilder(BYTES, BYTES)
                .setFullMethodName(name)
                .setType(MethodDescriptor.MethodType.UNARY)
                .build();
    }

    static String call(Channel channel, String method, String request) {
        return call(channel, method, request, CallOptions.DEFAULT);
    }

    static String call(Channel channel, String method, String request, CallOptions options) {
        byte[] reply = ClientCalls.blockingUnaryCall(
                channel,
                method("interop.Node/" + method),
                options.withDeadlineAfter(30, TimeUnit.SECONDS),
                request.getBytes(StandardCharsets.UTF_8));
        return new String(reply, StandardCharsets.UTF_8);
    }

    /// Answers every method by one handler.
    static HandlerRegistry registry(ServerCallHandler<byte[], byte[]> handler) {
        return new HandlerRegistry() {
            @Override
            public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                return ServerMethodDefinition.create(method(name), handler);
            }
        };
    }

    /// A unary answer that knows on which call it is given.
    interface Answer {
        byte[] to(ServerCall<byte[], byte[]> call, Metadata headers, byte[] request) throws Exception;
    }

    static HandlerRegistry blocking(Answer answer) {
        return registry((call, headers) -> ServerCalls.<byte[], byte[]>asyncUnaryCall((request, observer) -> {
                    byte[] reply;
                    try {
                        reply = answer.to(call, headers, request);
                    } catch (Exception e) {
                        observer.onError(e);
                        return;
                    }
                    observer.onNext(reply);
                    observer.onCompleted();
                })
                .startCall(call, headers));
    }
}
