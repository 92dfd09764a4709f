package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;

/// What happens on a stream. Called on the event loop of the connection; must not block.
///
/// Order: [#data] any number of times, then [#finished] at most once; [#aborted] at most once, and nothing after it.
/// A stream on which [YamuxStream#reset] was called reports nothing more.
public interface StreamListener {

    /// Bytes arrived. The listener owns the buffer and must release it. The peer gets room for more only when the listener calls
    /// [YamuxStream#credit]; until then at most the receive window can come.
    void data(ByteBuf bytes);

    /// The peer will send no more. It may still read, or may not: FIN does not tell (TR 2.6).
    void finished();

    /// The stream ended by RST, by a time limit, or with its connection. Data that was written and not sent is gone.
    ///
    /// @param reason a few words for the log
    void aborted(String reason);

    /// What waits to be sent fell below the limit of [YamuxStream#isWritable].
    default void writable() {}
}
