package io.quaestor.transport.server;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/// Tells a [NodeCall] how far it came, which grpc-java's calls do not say.
final class NodeCallTrace extends ClientStreamTracer {

    private static final CallOptions.Key<NodeCall> CALL = CallOptions.Key.create("io.quaestor.transport.node-call");
    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withStreamTracerFactory(new Factory());

    private final NodeCall call;

    private NodeCallTrace(NodeCall call) {
        this.call = call;
    }

    /// Options by which a call is traced.
    static CallOptions options(NodeCall call) {
        return OPTIONS.withOption(CALL, call);
    }

    @Override
    public void streamCreated(Attributes connection, Metadata headers) {
        call.connected();
    }

    @Override
    public void outboundHeaders() {
        call.sent();
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
        call.answered();
    }

    private static final class Factory extends ClientStreamTracer.Factory {

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            var call = info.getCallOptions().getOption(CALL);
            if (call == null) {
                throw new IllegalStateException("a call that is no NodeCall");
            }
            return new NodeCallTrace(call);
        }
    }
}
