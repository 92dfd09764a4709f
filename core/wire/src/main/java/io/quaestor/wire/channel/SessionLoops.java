package io.quaestor.wire.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/// A group that registers every [StreamChannel] on the event loop of its connection. It owns no thread, so stopping it does
/// nothing.
public final class SessionLoops extends AbstractEventExecutorGroup implements EventLoopGroup {

    private final EventLoopGroup others;

    /// @param others for everything that is not a stream
    public SessionLoops(EventLoopGroup others) {
        this.others = others;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return ((StreamChannel) channel).sessionLoop().register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return ((StreamChannel) promise.channel()).sessionLoop().register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return ((StreamChannel) channel).sessionLoop().register(channel, promise);
    }

    @Override
    public EventLoop next() {
        return others.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return others.iterator();
    }

    @Override
    public boolean isShuttingDown() {
        return others.isShuttingDown();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return others.next().newSucceededFuture(null);
    }

    @Override
    public Future<?> terminationFuture() {
        return others.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {}

    @Override
    public boolean isShutdown() {
        return others.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return others.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return others.awaitTermination(timeout, unit);
    }
}
