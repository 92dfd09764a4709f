package io.quaestor.wire.yamux;

import java.util.ArrayDeque;
import java.util.Queue;

/// Lets the streams other than stream 1 send in turn, a chunk each (TR 3.7 R13), and never puts more than a little of
/// them into the socket's queue: what RPCs write later would stand behind it.
final class SendScheduler {

    /// 16–64 KiB are advised by TR 3.7 R13.
    private static final int CHUNK = 32 * 1024;

    /// Bytes of all these streams together in the socket's queue. Below the low watermark of the channel ([YamuxHandler]), so
    /// that HTTP/2 on stream 1 finds the channel writable again and again.
    static final int MAX_UNWRITTEN = 3 * CHUNK;

    private final Queue<YamuxStream> ready = new ArrayDeque<>();
    private int unwritten;
    private boolean running;

    /// The stream has something to send and the window for it.
    void ready(YamuxStream stream) {
        ready.add(stream);
        run();
    }

    private void written(int bytes) {
        unwritten -= bytes;
        run();
    }

    private void run() {
        if (running) { // a write that fails at once comes back here
            return;
        }
        running = true;
        try {
            while (unwritten < MAX_UNWRITTEN && !ready.isEmpty()) {
                YamuxStream stream = ready.remove();
                int size = stream.turnSize(CHUNK);
                unwritten += size;
                if (stream.takeTurn(size, () -> written(size))) {
                    ready.add(stream);
                }
            }
        } finally {
            running = false;
        }
    }
}
