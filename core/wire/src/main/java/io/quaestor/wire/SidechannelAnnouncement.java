package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.wire.sidechannel.SidechannelReceiver;
import java.util.Optional;

/// Announces a sidechannel at the moment when a call gets its connection, on exactly that connection, and takes the
/// announcement back when the call ends. A call that is tried again announces again.
final class SidechannelAnnouncement extends ClientStreamTracer.Factory {

    /// The id of a sidechannel, in decimal (TR 2.2).
    static final Metadata.Key<String> ID = Metadata.Key.of("gitaly-sidechannel-id", Metadata.ASCII_STRING_MARSHALLER);

    private final SidechannelReceiver receiver;
    private final Runnable ended;

    /// @param ended told on the call's thread when an attempt ended, after the announcement was taken back
    SidechannelAnnouncement(SidechannelReceiver receiver, Runnable ended) {
        this.receiver = receiver;
        this.ended = ended;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new Attempt();
    }

    private final class Attempt extends ClientStreamTracer {

        private volatile Runnable takeBack = () -> {};

        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
            headers.discardAll(ID); // an id of another connection would be taken for one of this
            Optional<WireSession> session = WireSession.of(transport);
            if (session.isPresent()) {
                long id = session.get().sidechannels().expect(receiver);
                takeBack = () -> session.get().sidechannels().forget(id);
                headers.put(ID, Long.toString(id));
            }
        }

        @Override
        public void streamClosed(Status status) {
            takeBack.run();
            ended.run();
        }
    }
}
