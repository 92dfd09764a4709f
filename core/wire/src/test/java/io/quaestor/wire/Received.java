package io.quaestor.wire;

import io.netty.buffer.ByteBuf;
import io.quaestor.wire.sidechannel.SidechannelOpening;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes down what a sidechannel brings.
final class Received implements StreamListener, SidechannelOpening {

    final List<String> events = new ArrayList<>();
    private Optional<YamuxStream> stream = Optional.empty();

    YamuxStream stream() {
        return stream.orElseThrow();
    }

    @Override
    public void opened(YamuxStream opened) {
        stream = Optional.of(opened);
        opened.listen(this);
    }

    @Override
    public void failed(String reason) {
        events.add("failed: " + reason);
    }

    @Override
    public void data(ByteBuf bytes) {
        events.add(bytes.toString(StandardCharsets.US_ASCII));
        stream().credit(bytes.readableBytes());
        bytes.release();
    }

    @Override
    public void finished() {
        events.add("finished");
    }

    @Override
    public void aborted(String reason) {
        events.add("aborted: " + reason);
    }
}
