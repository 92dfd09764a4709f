package io.quaestor.sandbox.rpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A peer over one multiplexed connection.
final class WirePeer implements Peer {

    private final ManagedChannel connection;
    private final Channel channel;

    WirePeer(ManagedChannel connection, BearerCredentials credentials) {
        this.connection = connection;
        this.channel = ClientInterceptors.intercept(connection, credentials);
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public boolean connect(Duration limit) throws InterruptedException {
        var over = CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        while (!over.isDone()) {
            var state = connection.getState(true);
            if (state == ConnectivityState.READY) {
                return true;
            }
            var changed = new CompletableFuture<Void>();
            connection.notifyWhenStateChanged(state, () -> changed.complete(null));
            if (state == ConnectivityState.TRANSIENT_FAILURE) {
                pause(changed);
                connection.resetConnectBackoff(); // its own grows to two minutes
            }
            awaitEither(changed, over, limit);
        }
        return connection.getState(false) == ConnectivityState.READY;
    }

    @Override
    public void close() {
        connection.shutdownNow();
    }

    /// A refused connection fails at once; this is the time between two attempts.
    private static void pause(CompletableFuture<Void> changed) throws InterruptedException {
        awaitEither(changed, changed, Duration.ofMillis(100));
    }

    private static void awaitEither(
            CompletableFuture<Void> one, CompletableFuture<Void> other, Duration limit) throws InterruptedException {
        try {
            CompletableFuture.anyOf(one, other).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            // the caller looks at the state
        }
    }
}
