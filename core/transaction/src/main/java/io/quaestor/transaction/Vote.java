package io.quaestor.transaction;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Twenty opaque bytes by which a node says what it is about to do, or has done (RT 4.1). Equal bytes mean the same
/// change.
///
/// @param first  bytes 0 to 7
/// @param second bytes 8 to 15
/// @param third  bytes 16 to 19
public record Vote(long first, long second, int third) {

    /// How many bytes a vote has.
    public static final int BYTES = 20;

    /// @throws IllegalArgumentException if there are not twenty bytes; the text is Praefect's (RT 4.5)
    public static Vote of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("invalid vote length " + bytes.length);
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new Vote(buffer.getLong(), buffer.getLong(), buffer.getInt());
    }

    /// Whether all bytes are zero: the vote with which a push ends. It is about no change.
    public boolean isZero() {
        return first == 0 && second == 0 && third == 0;
    }

    /// In hex.
    @Override
    public String toString() {
        var bytes = ByteBuffer.allocate(BYTES)
                .putLong(first)
                .putLong(second)
                .putInt(third)
                .array();
        return HexFormat.of().formatHex(bytes);
    }
}
