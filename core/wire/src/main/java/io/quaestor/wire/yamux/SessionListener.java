package io.quaestor.wire.yamux;

/// What happens on a connection. Called on its event loop; must not block.
public interface SessionListener {

    /// Refuses every stream of the peer but stream 1: for connections whose peer has no business opening any (TR 1.3).
    SessionListener REFUSING = new SessionListener() {
        @Override
        public boolean accepts() {
            return false;
        }

        @Override
        public void opened(YamuxStream stream) {
            stream.reset();
        }

        @Override
        public void closed() {}
    };

    /// Whether one more stream of the peer is welcome now; otherwise it is refused by RST.
    boolean accepts();

    /// The peer opened a stream; it is acknowledged already. Data is held, within the window, until somebody listens.
    void opened(YamuxStream stream);

    /// The connection is gone, and every stream with it.
    void closed();
}
