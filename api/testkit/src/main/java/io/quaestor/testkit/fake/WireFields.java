package io.quaestor.testkit.fake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// As much of protobuf's wire format as the messages of [ScriptedNode] need: fields with a length. Others are skipped.
final class WireFields {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final Map<Integer, byte[]> fields = new HashMap<>();

    private WireFields() {}

    static WireFields parse(byte[] message) {
        var found = new WireFields();
        var in = ByteBuffer.wrap(message);
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            switch (tag & 7) {
                case LENGTH -> {
                    byte[] value = new byte[(int) varint(in)];
                    in.get(value);
                    found.fields.put(tag >>> 3, value);
                }
                case VARINT -> varint(in);
                case FIXED64 -> in.position(in.position() + 8);
                case FIXED32 -> in.position(in.position() + 4);
                default -> throw new IllegalArgumentException("wire type " + (tag & 7) + " is unknown");
            }
        }
        return found;
    }

    /// A message inside of the message; an empty one if it is not there.
    WireFields message(int number) {
        return parse(fields.getOrDefault(number, new byte[0]));
    }

    /// A text; empty if it is not there.
    String text(int number) {
        return new String(fields.getOrDefault(number, new byte[0]), StandardCharsets.UTF_8);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    static byte[] field(int number, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        writeVarint(out, (number << 3) | LENGTH);
        writeVarint(out, content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
