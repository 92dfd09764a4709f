package io.quaestor.coordinator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Requests in protobuf, as far as routing reads them.
final class Messages {

    private Messages() {}

    /// A request whose field 1 is a repository, which most are.
    static byte[] about(String storage, String path) {
        return field(1, repository(storage, path));
    }

    /// The same with a second repository in another field.
    static byte[] about(String storage, String path, int otherField, byte[] other) {
        return join(about(storage, path), field(otherField, other));
    }

    /// A request whose field 1 holds this, and whose field 2 holds a second repository.
    static byte[] about(byte[] first, byte[] second) {
        return join(field(1, first), field(2, second));
    }

    static byte[] repository(String storage, String path) {
        return join(text(2, storage), text(3, path));
    }

    static byte[] text(int number, String value) {
        return value.isEmpty() ? new byte[0] : field(number, value.getBytes(StandardCharsets.UTF_8));
    }

    /// A field of bytes; shorter than 2¹⁴.
    static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        if (content.length >= 0x80) {
            out.write(content.length & 0x7f | 0x80);
            out.write(content.length >> 7);
        } else {
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    static byte[] join(byte[] one, byte[] two) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(two);
        return out.toByteArray();
    }
}
