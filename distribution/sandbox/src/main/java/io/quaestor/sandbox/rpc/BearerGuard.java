package io.quaestor.sandbox.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Lets only calls pass that carry a good header of a token.
public final class BearerGuard implements ServerInterceptor {

    private final BearerToken token;
    private final InstantSource clock;

    public BearerGuard(BearerToken token, InstantSource clock) {
        this.token = token;
        this.clock = clock;
    }

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        var refusal = token.refuse(firstAuthorization(headers), clock.instant());
        if (refusal.isPresent()) {
            call.close(refusal.get(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return next.startCall(call, headers);
    }

    /// A proxy forwards its client's header behind its own, so the first one counts (TR 4.5).
    private static @Nullable String firstAuthorization(Metadata headers) {
        var all = headers.getAll(BearerCredentials.AUTHORIZATION);
        return all == null ? null : all.iterator().next();
    }
}
