package io.quaestor.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.quaestor.wire.sidechannel.SidechannelObserver;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/// A proxy in the least code: every unary call goes to one node, with its sidechannel.
record PassThrough(Channel node, SidechannelObserver observer) implements ServerCallHandler<byte[], byte[]> {

    @Override
    public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> client, Metadata headers) {
        Optional<SidechannelProxy> sidechannel = SidechannelProxy.of(client.getAttributes(), headers, observer);
        ClientCall<byte[], byte[]> call = node.newCall(
                client.getMethodDescriptor(),
                sidechannel.map(proxy -> proxy.with(CallOptions.DEFAULT)).orElse(CallOptions.DEFAULT));
        call.start(new Answer(client, sidechannel), headers);
        call.request(2);
        client.request(2);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.sendMessage(message);
            }

            @Override
            public void onHalfClose() {
                call.halfClose();
            }

            @Override
            public void onCancel() {
                sidechannel.ifPresent(SidechannelProxy::cancel);
                call.cancel("client cancelled", null);
            }
        };
    }

    private static final class Answer extends ClientCall.Listener<byte[]> {

        private final ServerCall<byte[], byte[]> client;
        private final Optional<SidechannelProxy> sidechannel;
        private byte[] message = {};

        Answer(ServerCall<byte[], byte[]> client, Optional<SidechannelProxy> sidechannel) {
            this.client = client;
            this.sidechannel = sidechannel;
        }

        @Override
        public void onMessage(byte[] answer) {
            message = answer;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Consumer<SidechannelOutcome> answer = outcome -> {
                Status result = status.isOk() && outcome instanceof SidechannelOutcome.Broken(String reason)
                        ? Status.INTERNAL.withDescription("sidechannel: proxy callback: " + reason)
                        : status;
                if (result.isOk()) {
                    client.sendHeaders(new Metadata());
                    client.sendMessage(message);
                }
                client.close(result, trailers);
            };
            sidechannel.ifPresentOrElse(
                    proxy -> proxy.whenFlushed(answer), () -> answer.accept(new SidechannelOutcome.Unused()));
        }
    }
}
