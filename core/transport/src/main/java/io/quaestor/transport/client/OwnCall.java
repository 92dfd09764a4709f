package io.quaestor.transport.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.transport.Messages;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One unary call that the proxy makes by itself: started on the event loop of the connection, awaited by a virtual thread.
final class OwnCall extends ClientCall.Listener<InputStream> {

    private final NodeLink link;
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private @Nullable ClientCall<InputStream, InputStream> call;
    private byte @Nullable [] message;

    private OwnCall(NodeLink link) {
        this.link = link;
    }

    /// Makes the call. Blocks until the answer is there, or until the limit.
    static byte[] make(NodeLink link, String method, byte[] request, Map<String, String> metadata, Duration limit)
            throws NodeCallException, InterruptedException {
        var own = new OwnCall(link);
        try {
            link.loop().execute(() -> own.start(method, request, metadata, limit));
            return own.answer.get();
        } catch (ExecutionException e) {
            throw failure(link, Status.fromThrowable(e));
        } catch (RejectedExecutionException _) {
            throw failure(link, Status.UNAVAILABLE.withDescription("the proxy is stopping"));
        } catch (InterruptedException e) {
            link.loop().execute(own::cancel);
            throw e;
        }
    }

    private static NodeCallException failure(NodeLink link, Status status) {
        var text = status.getDescription();
        return new NodeCallException(link.id(), status.getCode().value(), text == null ? "" : text);
    }

    private void start(String method, byte[] request, Map<String, String> metadata, Duration limit) {
        try {
            var headers = new Metadata();
            metadata.forEach(
                    (name, value) -> headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
            link.authorize(headers);
            var options = CallOptions.DEFAULT.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS);
            var opened = link.channel().newCall(Messages.methodOfOneMessage(method), options);
            call = opened;
            opened.start(this, headers);
            opened.request(2); // a second message would be the node's mistake, and must not hang the call
            opened.sendMessage(Messages.of(request));
            opened.halfClose();
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private void cancel() {
        if (call != null) {
            call.cancel("interrupted", null);
        }
    }

    @Override
    public void onMessage(InputStream received) {
        message = Messages.read(received);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk()) {
            answer.completeExceptionally(status.asException());
        } else if (message == null) {
            var reason = "the node said OK and sent no answer";
            answer.completeExceptionally(Status.INTERNAL.withDescription(reason).asException());
        } else {
            answer.complete(message);
        }
    }
}
