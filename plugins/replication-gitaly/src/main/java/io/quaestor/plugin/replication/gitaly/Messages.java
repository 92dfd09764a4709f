package io.quaestor.plugin.replication.gitaly;

import io.quaestor.spi.model.StorageName;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The few messages of Gitaly that are needed here, in protobuf's wire format. All of their fields are texts or
/// messages, so a library for protobuf would be larger than the whole plug-in.
final class Messages {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private Messages() {}

    /// `Repository { storage_name = 2, relative_path = 3 }`
    static byte[] repository(StorageName storage, String path) {
        return join(field(2, utf8(storage.value())), field(3, utf8(path)));
    }

    /// `RemoveRepositoryRequest`, `GetObjectPoolRequest` and `DisconnectGitAlternatesRequest { repository = 1 }`
    static byte[] about(byte[] repository) {
        return field(1, repository);
    }

    /// `ReplicateRepositoryRequest { repository = 1, source = 2 }`
    static byte[] replicateRepository(byte[] target, byte[] source) {
        return join(field(1, target), field(2, source));
    }

    /// `LinkRepositoryToObjectPoolRequest { object_pool = 1, repository = 2 }`, `ObjectPool { repository = 1 }`
    static byte[] linkRepository(byte[] pool, byte[] repository) {
        return join(field(1, field(1, pool)), field(2, repository));
    }

    /// The path of the pool in `GetObjectPoolResponse { object_pool = 1 }`.
    ///
    /// @return empty if the repository borrows from none
    static Optional<String> poolPath(byte[] response) {
        byte[] repository = content(content(response, 1), 1);
        String path = new String(content(repository, 3), StandardCharsets.UTF_8);
        return path.isEmpty() ? Optional.empty() : Optional.of(path);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 6);
        out.write((number << 3) | LENGTH);
        int rest = content.length;
        for (; rest > 0x7f; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
        out.writeBytes(content);
        return out.toByteArray();
    }

    /// @return empty if there is no such field
    private static byte[] content(byte[] message, int number) {
        var in = ByteBuffer.wrap(message);
        byte[] found = new byte[0];
        try {
            while (in.hasRemaining()) {
                long tag = varint(in);
                byte[] content = new byte[length(in, (int) tag & 7)];
                in.get(content);
                if (tag == (((long) number << 3) | LENGTH)) {
                    found = content; // protobuf: the last one counts
                }
            }
        } catch (BufferUnderflowException _) {
            throw new IllegalArgumentException("message of " + message.length + " bytes is cut off");
        }
        return found;
    }

    /// How many bytes of content follow.
    private static int length(ByteBuffer in, int wireType) {
        return switch (wireType) {
            case VARINT -> {
                varint(in);
                yield 0;
            }
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case LENGTH -> {
                long length = varint(in);
                if (length < 0 || length > in.remaining()) {
                    throw new BufferUnderflowException();
                }
                yield (int) length;
            }
            default -> throw new IllegalArgumentException("wire type " + wireType + " is unknown");
        };
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("number has more than ten bytes");
    }
}
