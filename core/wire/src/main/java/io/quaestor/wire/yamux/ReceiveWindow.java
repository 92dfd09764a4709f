package io.quaestor.wire.yamux;

/// What the peer may still send on one stream, and when it is told that it may send more.
final class ReceiveWindow {

    private final int target;
    private long remaining;
    private long consumed;

    /// @param target the window that the peer was told of with SYN or ACK
    ReceiveWindow(int target) {
        this.target = target;
        this.remaining = target;
    }

    /// What is announced beyond the window that the protocol grants by itself.
    int announcement() {
        return target - Frame.INITIAL_WINDOW;
    }

    int target() {
        return target;
    }

    /// @return whether the peer was allowed to send that much
    boolean receive(long length) {
        if (length > remaining) {
            return false;
        }
        remaining -= length;
        return true;
    }

    /// Counts bytes that were used up here.
    ///
    /// @return credit to send, 0 for none yet: steps of a quarter keep the peer from running dry (TR 3.7 R8)
    int consume(int length) {
        consumed += length;
        if (consumed < target / 4) {
            return 0;
        }
        int credit = (int) consumed;
        remaining += consumed;
        consumed = 0;
        return credit;
    }
}
