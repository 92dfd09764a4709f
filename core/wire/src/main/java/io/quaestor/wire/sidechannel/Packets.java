package io.quaestor.wire.sidechannel;

/// How the client's direction of a sidechannel is framed: four hexadecimal digits that count themselves, then the payload
/// (TR 2.3). The server's direction is raw.
final class Packets {

    static final int HEADER = 4;

    /// Length with header of the longest packet.
    static final int MAX_PACKET = 65_520;

    static final int MAX_PAYLOAD = MAX_PACKET - HEADER;

    private static final String DIGITS = "0123456789abcdef";

    private Packets() {}

    static void putHeader(byte[] target, int offset, int length) {
        for (int i = 0; i < HEADER; i++) {
            target[offset + i] = (byte) DIGITS.charAt(length >>> (12 - 4 * i) & 0xf);
        }
    }
}
