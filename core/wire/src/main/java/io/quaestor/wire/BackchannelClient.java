package io.quaestor.wire;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.local.LocalAddress;
import io.quaestor.wire.channel.StreamChannel;
import io.quaestor.wire.yamux.YamuxSession;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The gRPC channel back to the one who made a connection: made when it is first asked for, ended with the connection.
final class BackchannelClient {

    /// Go's peers accept headers up to this size (TR 4.7).
    private static final int MAX_METADATA = 16 << 20;

    private final YamuxSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ManagedChannel channel;
    private boolean closed;

    BackchannelClient(YamuxSession session) {
        this.session = session;
    }

    Channel channel() {
        lock.lock();
        try {
            ManagedChannel made = channel;
            if (made == null) {
                made = make();
                channel = made;
                if (closed) {
                    made.shutdownNow();
                }
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (channel != null) {
                channel.shutdownNow();
            }
        } finally {
            lock.unlock();
        }
    }

    private ManagedChannel make() {
        return NettyChannelBuilder.forAddress(new LocalAddress("multiplexed")) // any: a stream is opened, nothing is dialled
                .channelFactory(() -> new StreamChannel(session))
                .eventLoopGroup(session.eventLoop())
                .usePlaintext() // TLS, if any, is below (TR 1.3)
                .overrideAuthority("multiplexed")
                .maxInboundMetadataSize(MAX_METADATA)
                .disableServiceConfigLookUp()
                .disableRetry() // a vote must not be cast twice
                .build();
    }
}
