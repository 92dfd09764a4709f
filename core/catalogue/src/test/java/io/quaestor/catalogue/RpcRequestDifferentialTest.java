package io.quaestor.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the reader and rewriter against a protobuf library that decodes everything, with messages of every request type.
class RpcRequestDifferentialTest {

    private static final Protocol PROTOCOL = Protocol.load();
    private static final List<Rpc> ROUTED =
            RpcCatalogue.builtin().rpcs().stream().filter(rpc -> rpc.operation() != Operation.OWN).toList();
    private static final String STORAGE = "gitaly-1";
    private static final String PATH = "@cluster/repositories/6b/86/1";
    private static final String ADDITIONAL = "@cluster/pools/d4/73/2";
    private static final int MESSAGES_PER_RPC = 40;

    private final Oracle oracle = new Oracle(PROTOCOL);
    private int routable;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsAndRewritesAsProtobufDoes(long seed) throws InvalidProtocolBufferException {
        var messages = new RandomMessages(seed);
        for (var rpc : ROUTED) {
            var type = PROTOCOL.message(rpc.request());
            for (int i = 0; i < MESSAGES_PER_RPC; i++) {
                var bytes = messages.next(type);

                check(rpc, bytes, DynamicMessage.parseFrom(type, bytes));
            }
        }
        assertThat(routable).as("enough of them can be routed to prove something").isGreaterThan(2000);
    }

    /// Bytes are flipped, cut off, doubled. What protobuf still decodes must still be understood in the same way; of the
    /// rest nothing is asked but an answer.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void understandsDamagedMessagesAsProtobufDoes(long seed) throws InvalidProtocolBufferException {
        var messages = new RandomMessages(seed);
        var random = new Random(seed);
        int rejected = 0;
        for (var rpc : ROUTED) {
            var type = PROTOCOL.message(rpc.request());
            for (int i = 0; i < MESSAGES_PER_RPC; i++) {
                var bytes = damage(messages.next(type), random);
                var read = rpc.read(bytes);
                if (read instanceof MalformedRequest(String reason)) {
                    rejected++;
                    // protobuf-java cuts off what does not fit; Go does not, and nodes are written in Go
                    assertThat(reason.equals(FieldCursor.TOO_LARGE) || !isValid(type, bytes)).as(hex(rpc, bytes)).isTrue();
                } else if (isValid(type, bytes)) {
                    check(rpc, bytes, DynamicMessage.parseFrom(type, bytes));
                } else if (read instanceof RepositoryRequest request) {
                    request.rewrittenFor(STORAGE, PATH, ADDITIONAL);
                }
            }
        }
        assertThat(rejected).as("enough of them are malformed to prove something").isGreaterThan(1000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7})
    void answersAnyBytes(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(30)];
            random.nextBytes(bytes);
            if (random.nextBoolean() && bytes.length > 2) {
                bytes[0] = 0x0a; // else few have a repository
                bytes[1] = (byte) (bytes.length - 2);
            }

            assertThat(ROUTED.get(random.nextInt(ROUTED.size())).read(bytes)).isNotNull();
        }
    }

    /// Annotated fields stand at the top of a request, or in a message of its oneof (TR 6.3).
    @Test
    void pathsOfTheCatalogueAreThoseThatTheProtocolAnnotates() {
        for (var rpc : ROUTED) {
            var type = PROTOCOL.message(rpc.request());

            assertThat(rpc.target().map(FieldPath::toString).orElse(""))
                    .as(rpc + " target")
                    .isEqualTo(annotatedPath(type, "target_repository", ""));
            assertThat(rpc.additional().map(FieldPath::toString).orElse(""))
                    .as(rpc + " additional")
                    .isEqualTo(annotatedPath(type, "additional_repository", ""));
            assertThat(rpc.storage().map(FieldPath::toString).orElse(""))
                    .as(rpc + " storage")
                    .isEqualTo(rpc.scope() == Scope.REPOSITORY ? "" : annotatedPath(type, "storage", ""));
        }
    }

    private void check(Rpc rpc, byte[] bytes, DynamicMessage decoded) throws InvalidProtocolBufferException {
        var read = rpc.read(bytes);
        var finding = rpc.scope() == Scope.REPOSITORY ? oracle.repository(decoded) : oracle.storage(decoded);
        if (finding.problem().isPresent()) {
            assertThat(read).as(hex(rpc, bytes)).isEqualTo(new InvalidRequest(finding.problem().get()));
            return;
        }
        routable++;
        switch (read) {
            case RepositoryRequest request -> {
                assertThat(request.storage()).as(hex(rpc, bytes)).isEqualTo(finding.storage());
                assertThat(request.relativePath()).as(hex(rpc, bytes)).isEqualTo(finding.relativePath());
                assertThat(request.additionalRelativePath()).as(hex(rpc, bytes)).isEqualTo(finding.additionalPath());
                assertThat(DynamicMessage.parseFrom(decoded.getDescriptorForType(), request.rewrittenFor(STORAGE, PATH, ADDITIONAL)))
                        .as(hex(rpc, bytes))
                        .isEqualTo(oracle.rewritten(decoded, finding, STORAGE, PATH, ADDITIONAL, rpc.clearedField()));
            }
            case StorageRequest request -> {
                assertThat(request.storage()).as(hex(rpc, bytes)).isEqualTo(finding.storage());
                assertThat(DynamicMessage.parseFrom(decoded.getDescriptorForType(), request.rewrittenFor(STORAGE)))
                        .as(hex(rpc, bytes))
                        .isEqualTo(oracle.rewritten(decoded, finding, STORAGE));
            }
            case InvalidRequest _, MalformedRequest _ -> throw new AssertionError(hex(rpc, bytes) + " is " + read);
        }
    }

    private static byte[] damage(byte[] message, Random random) {
        var damaged = message.clone();
        for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
            int where = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged = Arrays.copyOf(damaged, where);
                case 1 -> damaged[where] = (byte) random.nextInt();
                case 2 -> damaged[where] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    var longer = Arrays.copyOf(damaged, damaged.length + where);
                    System.arraycopy(damaged, 0, longer, damaged.length, where);
                    damaged = longer;
                }
            }
        }
        return damaged;
    }

    private static boolean isValid(Descriptor type, byte[] bytes) {
        try {
            DynamicMessage.parseFrom(type, bytes);
            return true;
        } catch (InvalidProtocolBufferException _) {
            return false;
        }
    }

    private static String annotatedPath(Descriptor type, String annotation, String before) {
        for (var field : type.getFields()) {
            var here = before + field.getNumber();
            if (PROTOCOL.isAnnotated(field, annotation)) {
                boolean pool = field.getJavaType() == JavaType.MESSAGE && field.getMessageType().getName().equals("ObjectPool");
                return pool ? here + ".1" : here;
            }
            if (before.isEmpty() && field.getContainingOneof() != null && field.getJavaType() == JavaType.MESSAGE) {
                var inner = annotatedPath(field.getMessageType(), annotation, here + ".");
                if (!inner.isEmpty()) {
                    return inner;
                }
            }
        }
        return "";
    }

    private static String hex(Rpc rpc, byte[] bytes) {
        return rpc + " " + HexFormat.of().formatHex(bytes);
    }
}
