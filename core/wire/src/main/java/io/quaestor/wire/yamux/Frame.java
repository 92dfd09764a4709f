package io.quaestor.wire.yamux;

import io.netty.buffer.ByteBuf;

/// The numbers of a yamux frame header: 12 bytes, big-endian (TR 3.1).
final class Frame {

    static final int HEADER_BYTES = 12;
    static final int VERSION = 0;

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    /// The window that every stream has in both directions without anybody saying so (TR 3.3).
    static final int INITIAL_WINDOW = 262_144;

    private Frame() {}

    static ByteBuf write(ByteBuf target, int type, int flags, int streamId, int length) {
        return target.writeByte(VERSION).writeByte(type).writeShort(flags).writeInt(streamId).writeInt(length);
    }
}
