package io.quaestor.sandbox.rpc;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quaestor.wire.WireSession;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;
import java.util.Optional;

/// Remembers on which connection a call came: there its client offers a sidechannel, and there it can be called back.
final class ConnectionAccess implements ServerInterceptor {

    private static final Context.Key<WireSession> SESSION = Context.key("wire session");

    /// Metadata key for the id of a sidechannel (TR 2.2).
    private static final String ID = "gitaly-sidechannel-id";

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        var session = WireSession.of(call.getAttributes());
        var context = session.map(known -> Context.current().withValue(SESSION, known))
                .orElse(Context.current());
        return Contexts.interceptCall(context, call, headers, next);
    }

    static SidechannelConnection openSidechannel() throws IOException, InterruptedException {
        var session = SESSION.get();
        if (session == null) {
            throw new IOException("sidechannel: fail to extract yamux session: non-multiplexed connection");
        }
        return session.sidechannels().connect(id(), MessageSink.STALL_LIMIT);
    }

    static Optional<Channel> backchannel() {
        return Optional.ofNullable(SESSION.get()).map(WireSession::backchannel);
    }

    /// The last value counts; text that is no number is 0 (TR 2.2).
    private static long id() {
        try {
            return Long.parseUnsignedLong(RequestMetadata.last(ID).orElse(""));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
