package io.quaestor.transport.server;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A call of a client that a test drives by hand. Asks for nothing by itself.
final class TestCall extends ClientCall.Listener<byte[]> {

    /// How a call ended.
    record End(Status status, Metadata trailers) {}

    final ClientCall<byte[], byte[]> call;
    final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    final CompletableFuture<End> end = new CompletableFuture<>();
    private final Semaphore ready = new Semaphore(0);

    TestCall(ClientCall<byte[], byte[]> call, Metadata headers) {
        this.call = call;
        call.start(this, headers);
    }

    TestCall all() {
        call.request(Integer.MAX_VALUE);
        return this;
    }

    TestCall send(byte[] message) {
        call.sendMessage(message);
        return this;
    }

    TestCall send(String message) {
        return send(message.getBytes());
    }

    /// Sends when there is room, as a well-behaved client does.
    ///
    /// @return whether there was room in time, and the call has not ended
    boolean sendWhenReady(byte[] message, long millis) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!call.isReady()) {
            if (end.isDone() || !ready.tryAcquire(limit - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        call.sendMessage(message);
        return true;
    }

    TestCall halfClose() {
        call.halfClose();
        return this;
    }

    String message() throws InterruptedException {
        var message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came; end: " + end);
        }
        return new String(message);
    }

    End awaitEnd() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    Status status() throws Exception {
        return awaitEnd().status();
    }

    @Override
    public void onHeaders(Metadata received) {
        headers.complete(received);
    }

    @Override
    public void onMessage(byte[] message) {
        messages.add(message);
    }

    @Override
    public void onReady() {
        ready.release();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.complete(new End(status, trailers));
        ready.release();
    }
}
