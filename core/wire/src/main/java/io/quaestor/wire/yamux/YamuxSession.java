package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The streams of one connection (TR 3.2–3.7; the rules R1–R16 are named where they are kept).
///
/// **Threads:** the event loop of the connection, except where a method says otherwise.
public final class YamuxSession {

    /// The stream that the dialling side opens first and that carries its HTTP/2 connection (TR 1.2).
    static final int PRIMARY = 1;

    private final boolean dialled;
    private final YamuxLimits limits;
    private final ChannelHandlerContext ctx;
    private final YamuxHandler handler;
    private final FrameWriter writer;
    private final SendScheduler scheduler = new SendScheduler();
    private final Map<Integer, YamuxStream> streams = new HashMap<>();
    private SessionListener listener = SessionListener.REFUSING;
    private @Nullable YamuxStream bodyOf;
    private boolean finishesWithBody;
    private int nextId;
    private int incoming;
    private int unacknowledged;
    private long windows;
    private boolean peerRefusesStreams;
    private boolean closed;
    private long strayFrames;
    private long refused;
    private long resetsSent;
    private long resetsReceived;

    YamuxSession(YamuxHandler handler, ChannelHandlerContext ctx, FrameWriter writer, boolean dialled, YamuxLimits limits) {
        this.handler = handler;
        this.ctx = ctx;
        this.writer = writer;
        this.dialled = dialled;
        this.limits = limits;
        this.nextId = dialled ? 1 : 2; // the side that connected has the odd numbers
    }

    /// Names who is told about streams of the peer. Before, they are refused.
    public void listen(SessionListener newListener) {
        checkLoop();
        listener = newListener;
    }

    /// Whether this side made the connection. Any thread.
    public boolean isDialled() {
        return dialled;
    }

    /// Where all methods must be called. Any thread.
    public EventLoop eventLoop() {
        return ctx.channel().eventLoop();
    }

    /// The socket. Any thread; nobody but its own handlers may write to it.
    public Channel channel() {
        return ctx.channel();
    }

    /// Opens a stream. Data may be written at once, up to the initial window.
    ///
    /// @throws YamuxException if the connection is closed, the peer wants no streams, or a limit is reached
    public YamuxStream open() throws YamuxException {
        checkLoop();
        if (closed) {
            throw new YamuxException("connection is closed");
        }
        if (peerRefusesStreams) {
            throw new YamuxException("peer accepts no more streams");
        }
        if (unacknowledged >= limits.maxUnacknowledged()) { // R16
            throw new YamuxException("peer has not acknowledged " + unacknowledged + " streams");
        }
        if (Integer.compareUnsigned(nextId, -3) > 0) { // 2³²−3: numbers are never used twice
            throw new YamuxException("stream numbers of the connection are used up");
        }
        int window = windowFor(nextId);
        if (window == 0) {
            throw new YamuxException("windows of open streams reach the limit of " + limits.totalWindow() + " bytes");
        }
        YamuxStream stream = new YamuxStream(this, nextId, window);
        nextId += 2;
        unacknowledged++;
        stream.awaitAcknowledgement(eventLoop()
                .schedule(() -> unanswered(stream), limits.openLimit().toMillis(), TimeUnit.MILLISECONDS));
        add(stream);
        writer.control(Frame.WINDOW_UPDATE, Frame.SYN, stream.id(), stream.announcement());
        return stream;
    }

    /// Closes the connection and every stream on it, at once. Any thread.
    public void close() {
        ctx.close(); // not through HTTP/2, which would wait for its calls
    }

    /// Streams that are open now, stream 1 included.
    public int openStreams() {
        return streams.size();
    }

    public YamuxCounters counters() {
        return new YamuxCounters(strayFrames, refused, resetsSent, resetsReceived);
    }

    @Override
    public String toString() {
        return (dialled ? "connection to " : "connection from ") + ctx.channel().remoteAddress();
    }

    // frames

    boolean isClosed() {
        return closed;
    }

    void header(int type, int flags, int streamId, long length) throws YamuxException {
        switch (type) {
            case Frame.DATA, Frame.WINDOW_UPDATE -> streamFrame(type, flags, streamId, length);
            case Frame.PING -> ping(flags, length);
            case Frame.GO_AWAY -> goAway(length);
            default -> throw new YamuxException("unknown frame type " + type); // R11
        }
    }

    private void streamFrame(int type, int flags, int streamId, long length) throws YamuxException {
        bodyOf = null;
        if ((flags & Frame.SYN) != 0) {
            opened(streamId, flags);
        }
        YamuxStream stream = streams.get(streamId);
        if (stream == null) { // R5: drained in silence
            strayFrames++;
            return;
        }
        if ((flags & Frame.RST) != 0) { // its length may be an error code (TR 3.6), never credit
            resetsReceived++;
            stream.abort("reset by peer");
            return;
        }
        if ((flags & (Frame.ACK | Frame.FIN)) != 0 && stream.acknowledged()) { // FIN may come instead of ACK (TR 3.5)
            acknowledgementEnded();
        }
        if (type == Frame.WINDOW_UPDATE) {
            stream.granted(length);
            finishIf(flags, stream);
            return;
        }
        if (stream.isPeerFinished() && length > 0) {
            stream.reset();
            return;
        }
        if (!stream.allowsReceiving(length)) {
            throw new YamuxException("peer sent more than the window of stream " + Integer.toUnsignedString(streamId));
        }
        if (length == 0) {
            finishIf(flags, stream);
            return;
        }
        bodyOf = stream;
        finishesWithBody = (flags & Frame.FIN) != 0;
    }

    private static void finishIf(int flags, YamuxStream stream) {
        if ((flags & Frame.FIN) != 0) {
            stream.receivedFin();
        }
    }

    void body(ByteBuf in, int length, boolean last) {
        YamuxStream stream = bodyOf;
        if (stream == null || stream.isGone()) {
            return;
        }
        stream.received(piece(in, length, stream));
        if (last && finishesWithBody) {
            stream.receivedFin();
        }
    }

    /// A small piece of a large buffer is copied: a stream that is not read must not hold the memory of its neighbours.
    private static ByteBuf piece(ByteBuf in, int length, YamuxStream stream) {
        if (stream.id() != PRIMARY && length < in.capacity() / 8) {
            return in.readBytes(length);
        }
        return in.readRetainedSlice(length);
    }

    private void opened(int streamId, int flags) throws YamuxException {
        boolean peersNumber = (streamId & 1) == (dialled ? 0 : 1);
        if (streamId == 0 || !peersNumber) { // R15
            throw new YamuxException("peer opened a stream with number " + Integer.toUnsignedString(streamId));
        }
        if (streams.containsKey(streamId)) {
            throw new YamuxException("peer opened stream " + Integer.toUnsignedString(streamId) + " twice");
        }
        if ((flags & Frame.RST) != 0) {
            return;
        }
        boolean primary = !dialled && streamId == PRIMARY;
        int window = windowFor(streamId);
        if (window == 0 || (!primary && (incoming >= limits.maxIncoming() || !listener.accepts()))) { // R12
            refused++;
            writer.reply(Frame.WINDOW_UPDATE, Frame.RST, streamId, 0);
            return;
        }
        YamuxStream stream = new YamuxStream(this, streamId, window);
        add(stream);
        writer.control(Frame.WINDOW_UPDATE, Frame.ACK, streamId, stream.announcement()); // R3
        if (primary) {
            handler.primaryOpened(stream);
        } else {
            incoming++;
            listener.opened(stream);
        }
    }

    private void ping(int flags, long value) throws YamuxException {
        if ((flags & Frame.SYN) != 0) { // R10
            writer.reply(Frame.PING, Frame.ACK, 0, (int) value);
        }
    }

    private void goAway(long reason) throws YamuxException {
        if (reason != 0) { // R11
            throw new YamuxException("peer went away with reason " + reason);
        }
        peerRefusesStreams = true;
    }

    // what streams and the handler tell

    FrameWriter writer() {
        return writer;
    }

    SendScheduler scheduler() {
        return scheduler;
    }

    void checkLoop() {
        if (!ctx.executor().inEventLoop()) {
            throw new IllegalStateException("not on the event loop of the " + this);
        }
    }

    void primaryWritten(long waiting) {
        handler.primaryWritten(waiting);
    }

    void primaryGranted() {
        handler.primaryGranted();
    }

    void resetSent() {
        resetsSent++;
    }

    void acknowledgementEnded() {
        unacknowledged--;
    }

    void forget(YamuxStream stream) {
        if (!streams.remove(stream.id(), stream) || stream.id() == PRIMARY) {
            return;
        }
        windows -= stream.windowTarget();
        if ((stream.id() & 1) == (dialled ? 0 : 1)) {
            incoming--;
        }
    }

    void connectionLost() {
        if (closed) {
            return;
        }
        closed = true;
        for (YamuxStream stream : List.copyOf(streams.values())) {
            stream.abort("connection lost");
        }
        listener.closed();
    }

    private void unanswered(YamuxStream stream) {
        if (!stream.isUnacknowledged()) {
            return;
        }
        writer.control(Frame.WINDOW_UPDATE, Frame.RST, stream.id(), 0);
        resetsSent++;
        stream.abort("not acknowledged within " + limits.openLimit().toSeconds() + " s");
    }

    private void add(YamuxStream stream) {
        streams.put(stream.id(), stream);
        if (stream.id() != PRIMARY) {
            windows += stream.windowTarget();
        }
    }

    /// @return the window that a new stream may have; 0 if there is no room for one
    private int windowFor(int streamId) {
        if (streamId == PRIMARY) {
            return limits.primaryWindow();
        }
        long room = limits.totalWindow() - windows;
        return room < Frame.INITIAL_WINDOW ? 0 : (int) Math.min(room, limits.streamWindow());
    }
}
