package io.quaestor.catalogue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Where the storage name and the relative path that a [FieldPath] leads to stand in the bytes of one message.
///
/// Protobuf lets fields come in any order and more than once: messages are merged, of scalars and of a oneof's members
/// the last counts. What was found follows these rules; but only a *regular* place, where nothing occurs twice, can be
/// edited by [PlaceEditor]. An irregular one is made regular by [Normaliser] first.
final class Place {

    private static final char REPLACEMENT = '\uFFFD';

    private final FieldPath path;
    private final byte[] message;
    private final int start;
    private final int end;

    /// For each step: where its length, its content and the field behind it begin. -1 if it did not occur.
    private final int[] lengthStarts;

    private final int[] valueStarts;
    private final int[] valueEnds;

    private final Scalar storage = new Scalar();
    private final Scalar relativePath = new Scalar();
    private boolean present;
    private boolean regular = true;

    private Place(FieldPath path, byte[] message, int start, int end) {
        this.path = path;
        this.message = message;
        this.start = start;
        this.end = end;
        this.lengthStarts = new int[path.depth()];
        this.valueStarts = new int[path.depth()];
        this.valueEnds = new int[path.depth()];
        Arrays.fill(lengthStarts, -1);
    }

    /// Finds the place in one pass.
    ///
    /// @param cleared number of a top-level field that makes the message irregular; 0 if there is none
    static Place find(FieldPath path, int cleared, byte[] message, int start, int end) throws MalformedMessageException {
        var place = new Place(path, message, start, end);
        place.descend(0, cleared, start, end);
        return place;
    }

    private void descend(int depth, int cleared, int from, int to) throws MalformedMessageException {
        boolean arrived = depth == path.depth();
        present |= arrived;
        var field = new FieldCursor(message, from, to);
        while (field.next()) {
            int tag = field.tag();
            if (!arrived && tag == path.step(depth)) {
                regular &= lengthStarts[depth] < 0;
                lengthStarts[depth] = field.lengthStart();
                valueStarts[depth] = field.valueStart();
                valueEnds[depth] = field.end();
                descend(depth + 1, cleared, field.valueStart(), field.end());
            } else if (arrived && tag == path.storage()) {
                regular &= storage.set(message, field);
            } else if (arrived && tag == path.relativePath()) {
                regular &= relativePath.set(message, field);
            }
            if (depth == 0) {
                regular &= FieldCursor.number(tag) != cleared;
                if (path.isRival(tag)) {
                    unset();
                }
            }
        }
    }

    private void unset() {
        present = path.depth() == 0;
        storage.unset();
        relativePath.unset();
    }

    /// Whether the message that the path leads to occurs.
    boolean present() {
        return present;
    }

    /// Whether nothing on the way occurs twice or must be removed.
    boolean regular() {
        return regular;
    }

    /// The storage name; empty if it is not set.
    String storage() {
        return storage.value;
    }

    /// The relative path; empty if it is not set.
    String relativePath() {
        return relativePath.value;
    }

    FieldPath path() {
        return path;
    }

    byte[] message() {
        return message;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int lengthStart(int step) {
        return lengthStarts[step];
    }

    int valueStart(int step) {
        return valueStarts[step];
    }

    int valueEnd(int step) {
        return valueEnds[step];
    }

    Scalar storageField() {
        return storage;
    }

    Scalar relativePathField() {
        return relativePath;
    }

    /// A string field: its value, and the bytes it occupies with its tag.
    static final class Scalar {

        private String value = "";
        private int start;
        private int end;

        /// @return whether it was set for the first time
        private boolean set(byte[] message, FieldCursor field) throws MalformedMessageException {
            boolean first = start == end;
            value = decode(message, field.valueStart(), field.end());
            start = field.start();
            end = field.end();
            return first;
        }

        private void unset() {
            value = "";
        }

        /// Where the field begins. The same as [#end()] if it did not occur.
        int start() {
            return start;
        }

        int end() {
            return end;
        }

        private static String decode(byte[] message, int start, int end) throws MalformedMessageException {
            var decoded = new String(message, start, end - start, StandardCharsets.UTF_8);
            if (decoded.indexOf(REPLACEMENT) >= 0) { // was it sent, or put in for bytes that are not UTF-8?
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message, start, end - start));
                } catch (CharacterCodingException _) {
                    throw new MalformedMessageException("a string is not UTF-8");
                }
            }
            return decoded;
        }
    }
}
