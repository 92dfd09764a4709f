package io.quaestor.sandbox.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.InstantSource;

/// Adds the header of a token to every call, made anew for each.
public final class BearerCredentials implements ClientInterceptor {

    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final BearerToken token;
    private final InstantSource clock;

    public BearerCredentials(BearerToken token, InstantSource clock) {
        this.token = token;
        this.clock = clock;
    }

    @Override
    public <I, O> ClientCall<I, O> interceptCall(MethodDescriptor<I, O> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<O> listener, Metadata headers) {
                headers.put(AUTHORIZATION, token.header(clock.instant()));
                super.start(listener, headers);
            }
        };
    }
}
