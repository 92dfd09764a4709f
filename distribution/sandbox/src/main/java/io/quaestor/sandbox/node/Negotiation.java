package io.quaestor.sandbox.node;

import io.quaestor.messages.PackfileNegotiationStatistics;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Passes a client's negotiation on to upload-pack and takes notes: what it wants, what it has, how deep.
///
/// Written by one thread; [#statistics] may be asked by others.
final class Negotiation extends FilterOutputStream {

    private static final int HEADER = 4;

    /// Longest part of a packet that is looked at; capabilities of a first line fit.
    private static final int LOOKED_AT = 1024;

    private final PackfileNegotiationStatistics.Builder notes = PackfileNegotiationStatistics.newBuilder();
    private final byte[] header = new byte[HEADER];
    private final byte[] start = new byte[LOOKED_AT];
    private int headerRead;
    private int startRead;
    private int left;
    private boolean intelligible = true;

    Negotiation(OutputStream uploadPack) {
        super(uploadPack);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (notes) {
            notes.setPayloadSize(notes.getPayloadSize() + length);
            for (int i = offset; i < offset + length && intelligible; i++) {
                read(bytes[i]);
            }
        }
        out.write(bytes, offset, length);
        out.flush();
    }

    PackfileNegotiationStatistics statistics() {
        synchronized (notes) {
            return notes.build();
        }
    }

    private void read(byte b) {
        if (left == 0) {
            header[headerRead++] = b;
            if (headerRead == HEADER) {
                beginPacket();
            }
            return;
        }
        if (startRead < start.length) {
            start[startRead++] = b;
        }
        left--;
        if (left == 0) {
            note(new String(start, 0, startRead, StandardCharsets.UTF_8).strip());
        }
    }

    private void beginPacket() {
        headerRead = 0;
        startRead = 0;
        notes.setPackets(notes.getPackets() + 1);
        try {
            // 0000, 0001 and 0002 are marks without contents
            left = Math.max(0, Integer.parseInt(new String(header, StandardCharsets.US_ASCII), 16) - HEADER);
        } catch (NumberFormatException e) {
            intelligible = false; // upload-pack will say so
        }
    }

    private void note(String line) {
        var words = List.of(line.split(" "));
        switch (words.getFirst()) {
            case "want" -> {
                if (notes.getWants() == 0 && words.size() > 2) {
                    notes.addAllCaps(words.subList(2, words.size()));
                }
                notes.setWants(notes.getWants() + 1);
            }
            case "have" -> notes.setHaves(notes.getHaves() + 1);
            case "shallow" -> notes.setShallows(notes.getShallows() + 1);
            case "deepen", "deepen-since", "deepen-not" -> notes.setDeepen(line);
            case "filter" -> notes.setFilter(line.substring("filter".length()).strip());
            default -> {
                // commands and options of protocol 2
            }
        }
    }
}
