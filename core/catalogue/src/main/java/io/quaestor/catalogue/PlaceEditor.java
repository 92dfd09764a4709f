package io.quaestor.catalogue;

import java.nio.charset.StandardCharsets;

/// Writes a message anew with another storage name and relative path at a regular [Place].
///
/// The result is as long as it must be and written in one go: what comes before, the lengths of the messages on the
/// way, the two new fields, and the rest without the two old ones.
final class PlaceEditor {

    private final byte[] source;
    private final byte[] result;
    private int written;

    private PlaceEditor(byte[] source, int length) {
        this.source = source;
        this.result = new byte[length];
    }

    /// @param relativePath empty if the place has none
    static byte[] replace(Place place, String storage, String relativePath) {
        var path = place.path();
        var newStorage = storage.getBytes(StandardCharsets.UTF_8);
        var newPath = relativePath.getBytes(StandardCharsets.UTF_8);
        var oldStorage = place.storageField();
        var oldPath = place.relativePathField();

        int growth = fieldSize(path.storage(), newStorage)
                + fieldSize(path.relativePath(), newPath)
                - (oldStorage.end() - oldStorage.start())
                - (oldPath.end() - oldPath.start());
        var lengths = new int[path.depth()];
        for (int step = path.depth() - 1; step >= 0; step--) {
            lengths[step] = place.valueEnd(step) - place.valueStart(step) + growth;
            growth += varintSize(lengths[step]) - (place.valueStart(step) - place.lengthStart(step));
        }

        var editor = new PlaceEditor(place.message(), place.end() - place.start() + growth);
        int copied = place.start();
        for (int step = 0; step < lengths.length; step++) {
            editor.copy(copied, place.lengthStart(step));
            editor.writeVarint(lengths[step]);
            copied = place.valueStart(step);
        }
        editor.writeField(path.storage(), newStorage);
        editor.writeField(path.relativePath(), newPath);
        boolean storageFirst = oldStorage.start() <= oldPath.start();
        copied = editor.copyBefore(storageFirst ? oldStorage : oldPath, copied);
        copied = editor.copyBefore(storageFirst ? oldPath : oldStorage, copied);
        editor.copy(copied, place.end());
        return editor.result;
    }

    /// Copies up to an old field, and goes over it.
    private int copyBefore(Place.Scalar old, int from) {
        if (old.start() == old.end()) {
            return from;
        }
        copy(from, old.start());
        return old.end();
    }

    private void copy(int from, int to) {
        System.arraycopy(source, from, result, written, to - from);
        written += to - from;
    }

    private void writeField(int tag, byte[] value) {
        if (value.length > 0) {
            writeVarint(tag);
            writeVarint(value.length);
            System.arraycopy(value, 0, result, written, value.length);
            written += value.length;
        }
    }

    private void writeVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            result[written++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        result[written++] = (byte) rest;
    }

    private static int fieldSize(int tag, byte[] value) {
        return value.length == 0 ? 0 : varintSize(tag) + varintSize(value.length) + value.length;
    }

    private static int varintSize(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7; // seven bits in each byte
    }
}
