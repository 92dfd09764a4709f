package io.quaestor.wire;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Plays Gitaly: answers like the node in Go, in plain blocking code.
final class StorageNode {

    private StorageNode() {}

    static byte[] answer(ServerCall<byte[], byte[]> call, Metadata headers, byte[] request) throws Exception {
        return switch (call.getMethodDescriptor().getBareMethodName()) {
            case "Reverse" -> {
                try (SidechannelConnection side = connect(call, headers)) {
                    byte[] data = side.input().readAllBytes();
                    side.output().write(("reply:" + data.length).getBytes(StandardCharsets.UTF_8));
                    yield data;
                }
            }
            case "Bulk" -> {
                try (SidechannelConnection side = connect(call, headers)) {
                    writePattern(side.output(), Integer.parseInt(new String(request, StandardCharsets.UTF_8)));
                    side.input().readAllBytes();
                    yield request;
                }
            }
            case "Fail" -> {
                try (SidechannelConnection side = connect(call, headers)) {
                    side.output().write(request);
                }
                throw Status.FAILED_PRECONDITION.withDescription("upload-pack failed").asRuntimeException();
            }
            default -> GoClientTest.answer(call, headers, request);
        };
    }

    private static SidechannelConnection connect(ServerCall<byte[], byte[]> call, Metadata headers) throws Exception {
        long id = Long.parseLong(headers.get(Raw.SIDECHANNEL_ID));
        WireSession session = WireSession.of(call.getAttributes())
                .orElseThrow(Status.FAILED_PRECONDITION::asRuntimeException);
        try {
            return session.sidechannels().connect(id, Duration.ofSeconds(20));
        } catch (IOException e) {
            throw Status.INTERNAL.withDescription("open sidechannel: " + e.getMessage()).asRuntimeException();
        }
    }

    static void writePattern(OutputStream output, int size) throws IOException {
        byte[] chunk = new byte[32 * 1024];
        for (int written = 0; written < size; ) {
            int count = Math.min(chunk.length, size - written);
            for (int i = 0; i < count; i++) {
                chunk[i] = (byte) ((written + i) % 251);
            }
            output.write(chunk, 0, count);
            written += count;
        }
    }
}
