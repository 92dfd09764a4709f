package io.quaestor.transport.server;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quaestor.catalogue.Rpc;
import io.quaestor.spi.plugin.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What is counted and logged of one call of a client.
///
/// **Threads:** those of the call, one at a time.
final class CallAccount {

    private final String method;
    private final String label;
    private final @Nullable Rpc rpc;
    private final boolean unary;
    private final Metadata headers;
    private final @Nullable Deadline deadline;
    private final CallMeters meters;
    private final Clock clock;
    private final long startedAt;
    private long requestBytes;
    private long answerBytes;
    private final AtomicBoolean ended = new AtomicBoolean(); // own calls may end in a thread of their own

    private CallAccount(
            String method,
            String label,
            @Nullable Rpc rpc,
            boolean unary,
            Metadata headers,
            CallMeters meters,
            Clock clock) {
        this.method = method;
        this.label = label;
        this.rpc = rpc;
        this.unary = unary;
        this.headers = headers;
        this.deadline = Context.current().getDeadline();
        this.meters = meters;
        this.clock = clock;
        this.startedAt = clock.nanos();
        meters.started(label);
    }

    /// The account of a proxied call.
    ///
    /// @param rpc `null` if nobody knows the method
    static CallAccount ofProxied(String method, @Nullable Rpc rpc, Metadata headers, ProxyParts parts) {
        var label = rpc == null ? CallMeters.UNKNOWN_METHOD : method;
        return new CallAccount(method, label, rpc, false, headers, parts.meters(), parts.clock());
    }

    /// The account of a call that the proxy answers itself.
    static CallAccount ofOwn(MethodDescriptor<?, ?> method, Metadata headers, ProxyParts parts) {
        var name = method.getFullMethodName();
        boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
        return new CallAccount(name, name, null, unary, headers, parts.meters(), parts.clock());
    }

    void received(int bytes) {
        requestBytes += bytes;
    }

    void sent(int bytes) {
        answerBytes += bytes;
    }

    /// The first end counts; later ones do not.
    void ended(Status status, String correlationId) {
        if (ended.getAndSet(true)) {
            return;
        }
        long nanos = clock.nanos() - startedAt;
        meters.ended(label, Statuses.code(status), nanos);
        AccessLog.write(this, status, correlationId, nanos);
    }

    String method() {
        return method;
    }

    @Nullable Rpc rpc() {
        return rpc;
    }

    /// Whether Praefect's server treats it as unary; proxied calls are streams to it.
    boolean isUnary() {
        return unary;
    }

    Metadata headers() {
        return headers;
    }

    @Nullable Deadline deadline() {
        return deadline;
    }

    Clock clock() {
        return clock;
    }

    long requestBytes() {
        return requestBytes;
    }

    long answerBytes() {
        return answerBytes;
    }
}
