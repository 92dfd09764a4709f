package io.quaestor.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Calls one method over and over, with a fixed number of calls under way.
///
/// **Threads:** the event loops of its own channels; each call starts the next one.
final class Load implements AutoCloseable {

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final MethodDescriptor<byte[], byte[]> method;
    private final byte[] request;
    private final String token;
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>("");
    private volatile boolean running;
    private volatile Metadata headers;

    Load(int port, int connections, String fullMethodName, byte[] request, String token) {
        for (int i = 0; i < connections; i++) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .build());
        }
        this.method = Bytes.unary(fullMethodName);
        this.request = request;
        this.token = token;
        this.headers = Requests.headers(token);
    }

    /// What was seen.
    ///
    /// @param calls   how many ended
    /// @param seconds how long it ran
    /// @param failed  how many of them failed
    record Result(long calls, double seconds, long failed, String firstFailure) {
        double rate() {
            return calls / seconds;
        }
    }

    /// Runs for a time.
    Result run(int concurrent, Duration time) throws InterruptedException {
        ended.set(0);
        failed.set(0);
        running = true;
        long start = System.nanoTime();
        var idle = new CountDownLatch(concurrent);
        for (int i = 0; i < concurrent; i++) {
            call(channels.get(i % channels.size()), idle);
        }
        long end = start + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(200);
            headers = Requests.headers(token);
        }
        running = false;
        double seconds = (System.nanoTime() - start) / 1e9;
        long calls = ended.get();
        if (!idle.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("calls did not end within 30 s");
        }
        return new Result(calls, seconds, failed.get(), firstFailure.get());
    }

    private void call(ManagedChannel channel, CountDownLatch idle) {
        var call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<byte[]>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.incrementAndGet();
                        if (!status.isOk()) {
                            failed.incrementAndGet();
                            firstFailure.compareAndSet("", status.toString());
                        }
                        if (running) {
                            call(channel, idle);
                        } else {
                            idle.countDown();
                        }
                    }
                },
                copy(headers));
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
    }

    private static Metadata copy(Metadata headers) {
        var copy = new Metadata();
        copy.merge(headers);
        return copy;
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
