package io.quaestor.wire.channel;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.quaestor.wire.yamux.YamuxStream;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A listening channel without a socket: connections hand it the streams that their peers opened.
public final class StreamServerChannel extends AbstractServerChannel {

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private volatile @Nullable SocketAddress bound;
    private volatile boolean open = true;

    /// Makes a channel of a stream and passes it to the server's acceptor; resets the stream if the server has ended. Called
    /// on the event loop of the stream.
    ///
    /// @param prepare called with the new channel before anybody else sees it
    public void accept(YamuxStream stream, Consumer<StreamChannel> prepare) {
        if (!isActive()) {
            stream.reset();
            return;
        }
        StreamChannel child = new StreamChannel(this, stream);
        prepare.accept(child);
        pipeline().fireChannelRead(child);
        pipeline().fireChannelReadComplete();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return bound;
    }

    @Override
    protected void doBind(SocketAddress address) {
        bound = address;
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {}

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && bound != null;
    }
}
