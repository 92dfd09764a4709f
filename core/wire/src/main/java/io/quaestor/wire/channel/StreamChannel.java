package io.quaestor.wire.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxException;
import io.quaestor.wire.yamux.YamuxSession;
import io.quaestor.wire.yamux.YamuxStream;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One stream as a Netty channel, registered on the event loop of the connection.
public final class StreamChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    /// For the peer to end its direction after ours; what it sends until then is of no use to anybody.
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    private final YamuxSession session;
    private final ChannelConfig config = new StreamConfig(this);
    private final Queue<ByteBuf> inbound = new ArrayDeque<>();
    private volatile @Nullable YamuxStream stream;
    private volatile boolean open = true;
    private boolean readWanted;
    private boolean delivering;
    private boolean peerFinished;

    /// A channel that opens its stream when it is connected, to whatever address.
    public StreamChannel(YamuxSession session) {
        super(null);
        this.session = session;
    }

    /// A channel on a stream that the peer opened.
    StreamChannel(Channel parent, YamuxStream stream) {
        super(parent);
        this.session = stream.session();
        this.stream = stream;
    }

    /// The only event loop on which the channel can be registered.
    EventLoop sessionLoop() {
        return session.eventLoop();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new StreamUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop.equals(session.eventLoop());
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        YamuxStream accepted = stream;
        if (accepted != null) {
            accepted.listen(new Inbound(accepted));
        }
        promise.setSuccess();
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        deliver();
    }

    /// The promise is kept when the stream has taken the bytes: its own queue is short.
    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws ClosedChannelException {
        YamuxStream target = stream;
        if (target == null) {
            throw new NotYetConnectedException();
        }
        if (target.isGone()) {
            throw new ClosedChannelException();
        }
        for (Object message; (message = out.current()) != null && target.isWritable(); ) {
            target.write(((ByteBuf) message).retain());
            out.remove();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException("not a ByteBuf: " + message.getClass());
    }

    @Override
    protected void doClose() {
        open = false;
        for (ByteBuf bytes; (bytes = inbound.poll()) != null; ) {
            bytes.release();
        }
        YamuxStream ended = stream;
        if (ended != null) {
            ended.finish();
            ended.drain(DRAIN_LIMIT);
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream has no address of its own");
    }

    @Override
    protected SocketAddress localAddress0() {
        return session.channel().localAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return session.channel().remoteAddress();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && stream != null;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    private void deliver() {
        YamuxStream source = stream;
        if (delivering || source == null) {
            return;
        }
        delivering = true;
        while (readWanted && open && !inbound.isEmpty()) {
            readWanted = false;
            for (ByteBuf bytes; (bytes = inbound.poll()) != null; ) {
                source.credit(bytes.readableBytes());
                pipeline().fireChannelRead(bytes);
            }
            pipeline().fireChannelReadComplete(); // reads again if autoRead is on
        }
        delivering = false;
        if (peerFinished && inbound.isEmpty() && open) { // HTTP/2 knows no half-closed connection
            unsafe().close(voidPromise());
        }
    }

    private final class Inbound implements StreamListener {

        private final YamuxStream source;

        Inbound(YamuxStream source) {
            this.source = source;
        }

        @Override
        public void data(ByteBuf bytes) {
            inbound.add(bytes);
            deliver();
        }

        @Override
        public void finished() {
            peerFinished = true;
            source.session().eventLoop().execute(StreamChannel.this::deliver); // the channel may still be registering
        }

        @Override
        public void aborted(String reason) {
            source.session().eventLoop().execute(() -> unsafe().close(voidPromise()));
        }

        @Override
        public void writable() {
            ((StreamUnsafe) unsafe()).writeAgain();
        }
    }

    private final class StreamUnsafe extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            YamuxStream opened;
            try {
                opened = session.open();
            } catch (YamuxException e) {
                safeSetFailure(promise, e);
                closeIfClosed();
                return;
            }
            stream = opened;
            opened.listen(new Inbound(opened));
            safeSetSuccess(promise);
            pipeline().fireChannelActive();
        }

        void writeAgain() {
            flush0();
        }
    }
}
