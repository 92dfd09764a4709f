package io.quaestor.wire.sidechannel;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads what a client sends, without the frames. The end is the packet `0000`; what follows it is never read. Errors have
/// the words of Gitaly's reader (TR 2.3).
final class PacketInputStream extends InputStream {

    private final InputStream raw;
    private int payloadLeft;
    private boolean ended;

    PacketInputStream(InputStream raw) {
        this.raw = raw;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (payloadLeft == 0) {
            if (ended) {
                return -1;
            }
            header();
        }
        int count = raw.read(target, offset, Math.min(length, payloadLeft));
        if (count < 0) {
            throw new EOFException("unexpected EOF");
        }
        payloadLeft -= count;
        return count;
    }

    private void header() throws IOException {
        byte[] digits = raw.readNBytes(Packets.HEADER);
        if (digits.length == 0) {
            throw new EOFException("unexpected EOF");
        }
        String text = new String(digits, StandardCharsets.ISO_8859_1);
        if (digits.length < Packets.HEADER) {
            throw new IOException("pktLineSplitter: incomplete length prefix on \"" + text + "\"");
        }
        int length = parse(text);
        if (length > Packets.MAX_PACKET) {
            throw new IOException("pktLineSplitter: invalid length: " + length);
        }
        if (length > 0 && length < Packets.HEADER) {
            throw new IOException("sidechannel: invalid header " + length);
        }
        ended = length == 0;
        payloadLeft = Math.max(0, length - Packets.HEADER);
    }

    private static int parse(String text) throws IOException {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                throw new IOException("pktLineSplitter: decode length: not hexadecimal: \"" + text + "\"");
            }
            length = length << 4 | digit;
        }
        return length;
    }
}
