package io.quaestor.sandbox.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/// Makes the metadata of a request readable for its handler.
public final class RequestMetadata implements ServerInterceptor {

    private static final Context.Key<Metadata> CURRENT = Context.key("request metadata");

    /// The last value of a key in the request that this thread handles; the last one counts where a proxy appends.
    public static Optional<String> last(String key) {
        var headers = CURRENT.get();
        if (headers == null) {
            return Optional.empty();
        }
        var all = headers.getAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        if (all == null) {
            return Optional.empty();
        }
        Optional<String> last = Optional.empty();
        for (var value : all) {
            last = Optional.of(value);
        }
        return last;
    }

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        return Contexts.interceptCall(Context.current().withValue(CURRENT, headers), call, headers, next);
    }
}
