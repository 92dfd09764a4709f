package io.quaestor.wire;

import io.grpc.CallOptions;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import io.quaestor.wire.yamux.YamuxStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One RPC with a sidechannel, for its client: what Workhorse does for a fetch.
///
/// ```java
/// var call = new SidechannelCall(patience);
/// var response = stub.withOption…(call.with(CallOptions.DEFAULT)).postUploadPackWithSidechannel(request); // not blocking
/// var opened = call.await(limit);
/// if (opened.isPresent()) {
///     try (var side = opened.get()) { … side.output().close(); side.input().transferTo(body); }
/// }
/// response.get(); // tells whether the answer was whole
/// ```
///
/// The call must go over a channel with [WireCredentials#dialling]. One object serves one RPC.
public final class SidechannelCall {

    private final Duration patience;
    private final CompletableFuture<Optional<SidechannelConnection>> connection = new CompletableFuture<>();

    /// @param patience how long reads and writes wait for the other end
    public SidechannelCall(Duration patience) {
        this.patience = patience;
    }

    /// Options for the call: they announce the sidechannel when the call gets its connection.
    public CallOptions with(CallOptions options) {
        return options.withStreamTracerFactory(
                new SidechannelAnnouncement(this::opened, () -> connection.complete(Optional.empty())));
    }

    /// Waits until the server opens the sidechannel. Blocks; for virtual threads.
    ///
    /// @return empty if the RPC ended without one: its status says why
    /// @throws TimeoutException if neither happened within `limit`
    public Optional<SidechannelConnection> await(Duration limit) throws InterruptedException, TimeoutException {
        try {
            return connection.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed with a failure
        }
    }

    private void opened(YamuxStream stream) {
        SidechannelConnection opened = SidechannelConnection.client(stream, patience);
        if (!connection.complete(Optional.of(opened))) {
            opened.abort();
        }
    }
}
