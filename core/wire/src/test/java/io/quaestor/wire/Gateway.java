package io.quaestor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Plays Workhorse: calls with a sidechannel, in plain blocking code.
record Gateway(ManagedChannel channel, ExecutorService threads) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    Gateway(ManagedChannel channel) {
        this(channel, Executors.newVirtualThreadPerTaskExecutor());
    }

    interface Use<T> {
        T of(SidechannelConnection side) throws Exception;
    }

    /// @param reply what the RPC answers
    record Result<T>(T used, byte[] reply) {}

    <T> Result<T> beside(String method, String request, Use<T> use) throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        Future<byte[]> reply = ClientCalls.futureUnaryCall(
                channel.newCall(
                        Raw.method("interop.Node/" + method),
                        call.with(CallOptions.DEFAULT).withDeadlineAfter(30, TimeUnit.SECONDS)),
                request.getBytes(StandardCharsets.UTF_8));
        T used;
        try (SidechannelConnection side = threads.submit(() -> call.await(PATIENCE)).get().orElseThrow()) {
            used = use.of(side);
        }
        return new Result<>(used, reply.get(20, TimeUnit.SECONDS));
    }

    String reverse(String payload) throws Exception {
        Result<String> result = beside("Reverse", "", side -> {
            side.output().write(payload.getBytes(StandardCharsets.UTF_8));
            side.output().close();
            return new String(side.input().readAllBytes(), StandardCharsets.UTF_8);
        });
        assertThat(new String(result.reply(), StandardCharsets.UTF_8)).isEqualTo(payload);
        return result.used();
    }

    int bulk(int size) throws Exception {
        return beside("Bulk", Integer.toString(size), side -> {
                    side.output().close();
                    return readPattern(side.input());
                })
                .used();
    }

    /// Closes the sidechannel in the middle of the answer.
    void abandon() throws Exception {
        SidechannelCall call = new SidechannelCall(PATIENCE);
        ClientCalls.futureUnaryCall(
                channel.newCall(Raw.method("interop.Node/Stuck"), call.with(CallOptions.DEFAULT)), new byte[0]);
        try (SidechannelConnection side = call.await(PATIENCE).orElseThrow()) {
            side.input().readNBytes(1 << 20);
        }
    }

    static int readPattern(InputStream input) throws Exception {
        byte[] chunk = new byte[64 * 1024];
        int total = 0;
        for (int count; (count = input.read(chunk, 0, chunk.length)) > 0; ) {
            for (int i = 0; i < count; i++, total++) {
                if (chunk[i] != (byte) (total % 251)) {
                    throw new AssertionError("wrong byte at " + total);
                }
            }
        }
        return total;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        threads.close();
    }
}
