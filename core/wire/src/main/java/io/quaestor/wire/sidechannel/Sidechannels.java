package io.quaestor.wire.sidechannel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quaestor.wire.yamux.YamuxException;
import io.quaestor.wire.yamux.YamuxSession;
import io.quaestor.wire.yamux.YamuxStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/// The sidechannels of one connection (TR 2.2).
///
/// On a connection that we made, the peer opens them: [#expect] announces one, the RPC carries the id in
/// `gitaly-sidechannel-id`. On a connection that was made to us, we open them for an id that the RPC brought.
public final class Sidechannels {

    /// What a stream begins with that is a sidechannel.
    public static final String MAGIC = "sidechannel";

    /// Magic and id.
    public static final int PREAMBLE_BYTES = 11 + Long.BYTES;

    private final YamuxSession session;
    private final Duration openLimit;
    private final Map<Long, SidechannelReceiver> expected = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong();

    /// @param openLimit for the confirmation, and for a refused peer to go away
    public Sidechannels(YamuxSession session, Duration openLimit) {
        this.session = session;
        this.openLimit = openLimit;
    }

    /// Announces a sidechannel that the peer may open on this connection, and only on this one. Any thread.
    ///
    /// @return the id for the RPC's metadata; must be forgotten when the RPC ends
    public long expect(SidechannelReceiver receiver) {
        long id = nextId.getAndIncrement();
        expected.put(id, receiver);
        return id;
    }

    /// Refuses the peer's stream from now on. Any thread.
    ///
    /// @return whether the peer had not opened it
    public boolean forget(long id) {
        return expected.remove(id) != null;
    }

    /// Opens the sidechannel that the peer expects under `id`. Any thread.
    public void open(long id, SidechannelOpening opening) {
        if (session.eventLoop().inEventLoop()) {
            openOnLoop(id, opening);
        } else {
            session.eventLoop().execute(() -> openOnLoop(id, opening));
        }
    }

    /// Opens the sidechannel that the peer expects under `id`. Blocks; for virtual threads.
    ///
    /// @param patience how long reads and writes on it wait for the peer
    /// @throws IOException if nobody waits for the id, the peer did not answer in time, or the connection is gone
    public SidechannelConnection connect(long id, Duration patience) throws IOException, InterruptedException {
        CompletableFuture<SidechannelConnection> connection = new CompletableFuture<>();
        open(id, new SidechannelOpening() {
            @Override
            public void opened(YamuxStream stream) {
                connection.complete(SidechannelConnection.server(stream, patience));
            }

            @Override
            public void failed(String reason) {
                connection.completeExceptionally(new IOException(reason));
            }
        });
        try {
            return connection.get(); // settled by the limit of opening, or by the end of the connection
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        }
    }

    private void openOnLoop(long id, SidechannelOpening opening) {
        YamuxStream stream;
        try {
            stream = session.open();
        } catch (YamuxException e) {
            opening.failed("open stream: " + e.getMessage());
            return;
        }
        ByteBuf preamble = session.channel().alloc().buffer(PREAMBLE_BYTES);
        preamble.writeCharSequence(MAGIC, StandardCharsets.US_ASCII);
        preamble.writeLong(id);
        new Confirmation(stream, opening, openLimit);
        stream.write(preamble);
    }

    /// Takes a stream that the peer opened with magic and id. Called by the one who reads these, on the event loop.
    public void accept(YamuxStream stream, long id) {
        SidechannelReceiver receiver = expected.remove(id);
        if (receiver == null) {
            stream.finish(); // without "ok"; the peer's error text depends on the orderly end
            stream.drain(openLimit);
            return;
        }
        stream.write(Unpooled.copiedBuffer(Confirmation.OK, StandardCharsets.US_ASCII));
        receiver.opened(stream);
    }
}
