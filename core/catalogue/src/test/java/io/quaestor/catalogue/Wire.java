package io.quaestor.catalogue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes protobuf by hand, so that tests can write what no library would.
final class Wire {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Wire message() {
        return new Wire();
    }

    static Wire repository(String storage, String relativePath) {
        return message().string(2, storage).string(3, relativePath);
    }

    Wire string(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    Wire message(int number, Wire value) {
        return bytes(number, value.toBytes());
    }

    Wire bytes(int number, byte[] value) {
        return tag(number, FieldCursor.LENGTH).varint(value.length).raw(value);
    }

    Wire number(int number, long value) {
        return tag(number, FieldCursor.VARINT).varint(value);
    }

    Wire tag(int number, int wireType) {
        return varint((long) number << 3 | wireType);
    }

    Wire varint(long value) {
        return varint(value, 1);
    }

    /// @param length how many bytes it has at least
    Wire varint(long value, int length) {
        long rest = value;
        for (int written = 1; written < length || (rest & ~0x7fL) != 0; written++) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    Wire raw(byte... value) {
        bytes.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
