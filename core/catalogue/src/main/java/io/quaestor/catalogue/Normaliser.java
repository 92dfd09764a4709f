package io.quaestor.catalogue;

import java.io.ByteArrayOutputStream;

/// Brings an irregular message into a form where everything on a path occurs once, without changing what it means.
///
/// Works because the concatenation of a message's occurrences is their merged form: the rule of protobuf that makes
/// repeating a field legal in the first place.
final class Normaliser {

    private final FieldPath path;
    private final int cleared;

    private Normaliser(FieldPath path, int cleared) {
        this.path = path;
        this.cleared = cleared;
    }

    /// @param cleared number of a top-level field that is removed; 0 if there is none
    static byte[] normalise(FieldPath path, int cleared, byte[] message, int start, int end)
            throws MalformedMessageException {
        return new Normaliser(path, cleared).merge(0, message, start, end);
    }

    private byte[] merge(int depth, byte[] message, int start, int end) throws MalformedMessageException {
        boolean arrived = depth == path.depth();
        var merged = new ByteArrayOutputStream(end - start);
        var inner = new ByteArrayOutputStream();
        boolean hasInner = false;
        var storage = new ByteArrayOutputStream();
        var relativePath = new ByteArrayOutputStream();
        var field = new FieldCursor(message, start, end);
        while (field.next()) {
            int tag = field.tag();
            if (depth == 0 && path.isRival(tag)) {
                inner.reset();
                hasInner = false;
            }
            if (!arrived && tag == path.step(depth)) {
                inner.write(message, field.valueStart(), field.end() - field.valueStart());
                hasInner = true;
            } else if (arrived && tag == path.storage()) {
                replace(storage, message, field);
            } else if (arrived && tag == path.relativePath()) {
                replace(relativePath, message, field);
            } else if (depth > 0 || FieldCursor.number(tag) != cleared) {
                merged.write(message, field.start(), field.end() - field.start());
            }
        }
        if (hasInner) { // last, so that no other member of its oneof comes after it
            var content = inner.toByteArray();
            var once = merge(depth + 1, content, 0, content.length);
            writeVarint(merged, path.step(depth));
            writeVarint(merged, once.length);
            merged.writeBytes(once);
        }
        merged.writeBytes(storage.toByteArray());
        merged.writeBytes(relativePath.toByteArray());
        return merged.toByteArray();
    }

    private static void replace(ByteArrayOutputStream last, byte[] message, FieldCursor field) {
        last.reset();
        last.write(message, field.start(), field.end() - field.start());
    }

    static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
