package io.quaestor.transport.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// Looks host names up in a virtual thread, and tells the channel on its event loop. grpc-java's own resolver would run
/// the callbacks of calls on its threads.
///
/// A name is looked up again whenever the connection fails. If it has several addresses, one after the other is tried.
final class HostNames extends NameResolver.Factory {

    static final String SCHEME = "node";

    private final NodeAddress.Tcp address;
    private final EventLoop loop;
    private final ThreadFactory threads;

    HostNames(NodeAddress.Tcp address, EventLoop loop, ThreadFactory threads) {
        this.address = address;
        this.loop = loop;
        this.threads = threads;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return new Resolver();
    }

    private final class Resolver extends NameResolver {

        private @Nullable Listener2 listener;
        private boolean looking;
        private boolean closed;

        @Override
        public String getServiceAuthority() {
            return address.authority();
        }

        @Override
        public void start(Listener2 newListener) {
            listener = newListener;
            refresh();
        }

        @Override
        public void refresh() {
            if (looking || closed) {
                return;
            }
            looking = true;
            threads.newThread(this::lookUp).start();
        }

        private void lookUp() {
            StatusOr<List<EquivalentAddressGroup>> result;
            try {
                var found = Arrays.stream(InetAddress.getAllByName(address.host()))
                        .map(a -> new EquivalentAddressGroup(new InetSocketAddress(a, address.port())))
                        .toList();
                result = StatusOr.fromValue(found);
            } catch (UnknownHostException _) {
                result = StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("unknown host: " + address.host()));
            }
            var told = result;
            loop.execute(() -> tell(told));
        }

        private void tell(StatusOr<List<EquivalentAddressGroup>> result) {
            looking = false;
            if (listener != null && !closed) {
                listener.onResult(ResolutionResult.newBuilder()
                        .setAddressesOrError(result)
                        .setAttributes(Attributes.EMPTY)
                        .build());
            }
        }

        @Override
        public void shutdown() {
            closed = true;
        }
    }
}
