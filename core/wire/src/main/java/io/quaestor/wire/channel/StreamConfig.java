package io.quaestor.wire.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;

/// Options of a stream. grpc-java sets keep-alive of the socket on every channel; a stream leaves that to its connection,
/// without a warning per stream.
final class StreamConfig extends DefaultChannelConfig {

    StreamConfig(Channel channel) {
        super(channel);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        return ChannelOption.SO_KEEPALIVE.equals(option) || super.setOption(option, value);
    }
}
