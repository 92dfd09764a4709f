package io.quaestor.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.quaestor.wire.sidechannel.Sidechannels;
import io.quaestor.wire.yamux.SessionListener;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Streams that the peer opened on a connection that we made: their first bytes say where they belong (TR 1.6).
final class IncomingStreams implements SessionListener {

    private final WireSession session;
    private final WireLimits limits;
    private final Optional<BackchannelServer> backchannel;
    private int undispatched;

    IncomingStreams(WireSession session, WireLimits limits, Optional<BackchannelServer> backchannel) {
        this.session = session;
        this.limits = limits;
        this.backchannel = backchannel;
    }

    @Override
    public boolean accepts() {
        return undispatched < limits.maxUndispatched();
    }

    @Override
    public void opened(YamuxStream stream) {
        undispatched++;
        stream.listen(new FirstBytes(stream));
    }

    @Override
    public void closed() {
        session.closed();
    }

    private final class FirstBytes implements StreamListener {

        private final YamuxStream stream;
        private final Future<?> limit;
        private ByteBuf start = Unpooled.EMPTY_BUFFER;

        FirstBytes(YamuxStream stream) {
            this.stream = stream;
            this.limit = session.eventLoop()
                    .schedule(this::reject, limits.dispatch().toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void data(ByteBuf bytes) {
            start = start.isReadable() ? Unpooled.wrappedBuffer(start, bytes) : bytes;
            if (Magic.SIDECHANNEL.begins(start) && start.readableBytes() >= Sidechannels.PREAMBLE_BYTES) {
                settled();
                long id = start.skipBytes(Magic.SIDECHANNEL.length()).readLong();
                stream.credit(Sidechannels.PREAMBLE_BYTES);
                stream.unread(start);
                session.sidechannels().accept(stream, id);
            } else if (Magic.HTTP2.begins(start) && backchannel.isPresent()) {
                settled();
                stream.unread(start);
                backchannel.get().accept(stream, session);
            } else if (!Magic.SIDECHANNEL.fits(start) && !(Magic.HTTP2.fits(start) && backchannel.isPresent())) {
                reject();
            }
        }

        @Override
        public void finished() {
            reject();
        }

        @Override
        public void aborted(String reason) {
            settled();
            start.release();
        }

        private void reject() {
            settled();
            start.release();
            stream.reset();
        }

        private void settled() {
            limit.cancel(false);
            undispatched--;
        }
    }
}
