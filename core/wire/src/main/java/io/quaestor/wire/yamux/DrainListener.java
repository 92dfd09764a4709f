package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;

/// Throws away what comes and gives credit for it, so that the peer's writer never stalls (TR 2.7).
final class DrainListener implements StreamListener {

    private final YamuxStream stream;
    private final Future<?> limit;

    DrainListener(YamuxStream stream, Future<?> limit) {
        this.stream = stream;
        this.limit = limit;
    }

    @Override
    public void data(ByteBuf bytes) {
        int length = bytes.readableBytes();
        bytes.release();
        stream.credit(length);
    }

    @Override
    public void finished() {
        limit.cancel(false);
    }

    @Override
    public void aborted(String reason) {
        limit.cancel(false);
    }
}
