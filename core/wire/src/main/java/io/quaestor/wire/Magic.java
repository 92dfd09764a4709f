package io.quaestor.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The first bytes of connections and streams, by which they are told apart (TR 1.1).
enum Magic {
    BACKCHANNEL("backchannel"),
    SIDECHANNEL("sidechannel"),
    HTTP2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final String text;

    Magic(String text) {
        this.text = text;
    }

    int length() {
        return text.length();
    }

    void writeTo(ByteBuf target) {
        target.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    /// Whether `start` could still become this, or is it already.
    boolean fits(ByteBuf start) {
        int length = Math.min(text.length(), start.readableBytes());
        for (int i = 0; i < length; i++) {
            if (start.getByte(start.readerIndex() + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Whether `start` begins with this, whole.
    boolean begins(ByteBuf start) {
        return start.readableBytes() >= text.length() && fits(start);
    }
}
