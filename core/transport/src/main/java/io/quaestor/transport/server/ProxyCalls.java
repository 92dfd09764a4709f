package io.quaestor.transport.server;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.quaestor.catalogue.Rpc;
import io.quaestor.coordinator.Failure;
import io.quaestor.coordinator.Failures;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Takes every call that no service of the proxy's own answers: judges the client, and begins a [ProxyCall].
///
/// **Threads:** event loops.
final class ProxyCalls extends HandlerRegistry {

    private static final ServerCall.Listener<InputStream> REFUSED = new ServerCall.Listener<>() {};

    private final ProxyParts parts;
    private final CorrelationIds ids;
    private final LingeringCalls lingering;
    private final Map<String, ServerMethodDefinition<InputStream, InputStream>> known = new ConcurrentHashMap<>();

    ProxyCalls(ProxyParts parts, CorrelationIds ids, LingeringCalls lingering) {
        this.parts = parts;
        this.ids = ids;
        this.lingering = lingering;
    }

    @Override
    public ServerMethodDefinition<InputStream, InputStream> lookupMethod(
            String fullMethodName, @Nullable String authority) {
        var found = known.get(fullMethodName);
        if (found != null) {
            return found;
        }
        var rpc = parts.leader().find(fullMethodName);
        var made = ServerMethodDefinition.create(Messages.method(fullMethodName), new Calls(fullMethodName, rpc));
        if (rpc != null) { // what clients invent is not kept
            known.put(fullMethodName, made);
        }
        return made;
    }

    /// The calls of one method.
    private final class Calls implements ServerCallHandler<InputStream, InputStream> {

        private final String name;
        private final @Nullable Rpc rpc;
        private final MethodDescriptor<InputStream, InputStream> toNodes;

        /// @param rpc `null` if nobody knows the method
        Calls(String name, @Nullable Rpc rpc) {
            this.name = name;
            this.rpc = rpc;
            this.toNodes = rpc == null || rpc.streaming().isOfClient()
                    ? Messages.method(name)
                    : Messages.methodOfOneMessage(name);
        }

        @Override
        public ServerCall.Listener<InputStream> startCall(ServerCall<InputStream, InputStream> call, Metadata headers) {
            var account = CallAccount.ofProxied(name, rpc, headers, parts);
            var brought = Headers.first(headers, Headers.CORRELATION_ID);
            String correlationId = brought == null || brought.isEmpty() ? ids.next() : brought;
            var refusal = parts.authentication().check(Headers.first(headers, Headers.AUTHORIZATION));
            if (refusal.isPresent()) {
                return refuse(call, account, refusal.get(), correlationId);
            }
            if (rpc == null) {
                return refuse(call, account, Failures.unknownMethod(name), correlationId);
            }
            var sidechannel = SidechannelGate.of(call.getAttributes(), headers, parts);
            Headers.strip(headers, correlationId);
            var proxyCall =
                    new ProxyCall(call, parts, lingering, rpc, toNodes, headers, correlationId, account, sidechannel);
            proxyCall.begin();
            return proxyCall;
        }
    }

    private static ServerCall.Listener<InputStream> refuse(
            ServerCall<InputStream, InputStream> call, CallAccount account, Failure failure, String correlationId) {
        Status status = Statuses.of(failure);
        call.close(status, new Metadata());
        account.ended(status, correlationId);
        return REFUSED;
    }
}
