package io.quaestor.transport.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/// Around calls that the proxy answers itself: judges the client, converts the status, counts and logs, as for proxied
/// calls.
final class OwnCalls implements ServerInterceptor {

    private static final Context.Key<String> ID = Context.key("correlation id");

    private final ProxyParts parts;
    private final CorrelationIds ids;

    OwnCalls(ProxyParts parts, CorrelationIds ids) {
        this.parts = parts;
        this.ids = ids;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var refusal = parts.authentication().check(Headers.first(headers, Headers.AUTHORIZATION));
        if (refusal.isEmpty()) {
            return accounted(call, headers, next);
        }
        var account = CallAccount.ofOwn(call.getMethodDescriptor(), headers, parts);
        var status = Statuses.of(refusal.get());
        call.close(status, new Metadata());
        account.ended(status, correlationId(headers));
        return new ServerCall.Listener<>() {};
    }

    /// The same without judging the client: load balancers that ask for health have no token. Gitaly does so since 16.11,
    /// Praefect 16.8 does not (OPS 3.6).
    ServerInterceptor open() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return accounted(call, headers, next);
            }
        };
    }

    private <Q, A> ServerCall.Listener<Q> accounted(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var account = CallAccount.ofOwn(call.getMethodDescriptor(), headers, parts);
        var correlationId = correlationId(headers);
        var context = Context.current().withValue(ID, correlationId);
        var listener = Contexts.interceptCall(context, new Counted<>(call, account, correlationId), headers, next);
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onCancel() {
                account.ended(Status.CANCELLED, correlationId);
                super.onCancel();
            }
        };
    }

    /// The correlation id of the call that the caller's thread works for.
    static String correlationId() {
        var id = ID.get();
        return id == null ? "" : id;
    }

    private String correlationId(Metadata headers) {
        var brought = Headers.first(headers, Headers.CORRELATION_ID);
        return brought == null || brought.isEmpty() ? ids.next() : brought;
    }

    private static final class Counted<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

        private final CallAccount account;
        private final String correlationId;

        Counted(ServerCall<Q, A> call, CallAccount account, String correlationId) {
            super(call);
            this.account = account;
            this.correlationId = correlationId;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            var told = Statuses.forClient(status, account.deadline());
            super.close(told, trailers);
            account.ended(told, correlationId);
        }
    }
}
