package io.quaestor.wire.sidechannel;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Waits for the two bytes by which the peer confirms a sidechannel.
final class Confirmation implements StreamListener {

    static final String OK = "ok";

    private final YamuxStream stream;
    private final SidechannelOpening opening;
    private final Future<?> limit;
    private final StringBuilder answer = new StringBuilder(OK.length());

    Confirmation(YamuxStream stream, SidechannelOpening opening, Duration openLimit) {
        this.stream = stream;
        this.opening = opening;
        this.limit = stream.session()
                .eventLoop()
                .schedule(() -> expired(openLimit), openLimit.toMillis(), TimeUnit.MILLISECONDS);
        stream.listen(this);
    }

    @Override
    public void data(ByteBuf bytes) {
        int length = Math.min(OK.length() - answer.length(), bytes.readableBytes());
        answer.append(bytes.readCharSequence(length, StandardCharsets.US_ASCII));
        stream.credit(length);
        if (answer.length() < OK.length()) {
            bytes.release();
            return;
        }
        limit.cancel(false);
        if (!OK.contentEquals(answer)) {
            bytes.release();
            stream.reset();
            opening.failed("sidechannel: expected ok, got \"" + answer + "\"");
            return;
        }
        stream.unread(bytes);
        opening.opened(stream);
    }

    @Override
    public void finished() {
        limit.cancel(false);
        stream.finish();
        opening.failed("sidechannel: receive confirmation: EOF");
    }

    @Override
    public void aborted(String reason) {
        limit.cancel(false);
        opening.failed("sidechannel: receive confirmation: " + reason);
    }

    private void expired(Duration openLimit) {
        stream.reset();
        opening.failed("sidechannel: receive confirmation: nothing within " + openLimit.toSeconds() + " s");
    }
}
