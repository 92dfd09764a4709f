package io.quaestor.catalogue;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The way from a request to a repository or a storage name in it, as field numbers; `1.1` is `header.repository`.
///
/// Immutable and compiled: numbers are kept together with their wire type, as they are on the wire.
public final class FieldPath {

    /// `storage_name` and `relative_path` of a `Repository` (TR 6.3).
    private static final int REPOSITORY_STORAGE = lengthDelimited(2);

    private static final int REPOSITORY_PATH = lengthDelimited(3);

    /// No field has this tag: field numbers begin with 1.
    private static final int NO_TAG = 0;

    private final int[] steps;
    private final int[] rivals;
    private final int storage;
    private final int relativePath;

    private FieldPath(int[] steps, int[] rivals, int storage, int relativePath) {
        this.steps = steps;
        this.rivals = rivals;
        this.storage = storage;
        this.relativePath = relativePath;
    }

    /// The way to a `Repository`.
    ///
    /// @param numbers field numbers separated by dots, for example `1.1`
    /// @param rivals  other members of the first field's oneof, for example `2:length|3:varint`; empty without a oneof.
    ///                If one of them follows the first field, that field is unset.
    /// @throws IllegalArgumentException if one of them is not of this form
    public static FieldPath toRepository(String numbers, String rivals) {
        return new FieldPath(parseNumbers(numbers), parseRivals(rivals), REPOSITORY_STORAGE, REPOSITORY_PATH);
    }

    /// The way to a string that holds a storage name.
    ///
    /// @param numbers field numbers separated by dots, for example `4`
    /// @throws IllegalArgumentException if it is not of this form
    public static FieldPath toStorage(String numbers) {
        var all = parseNumbers(numbers);
        int last = all.length - 1;
        return new FieldPath(Arrays.copyOf(all, last), new int[0], all[last], NO_TAG);
    }

    /// How many messages stand between the request and the one that has [#storage()] and [#relativePath()].
    int depth() {
        return steps.length;
    }

    /// The tag of the message at `depth` on the way.
    int step(int depth) {
        return steps[depth];
    }

    /// The tag of the field with the storage name.
    int storage() {
        return storage;
    }

    /// The tag of the field with the relative path; of no field if the way leads to a storage name alone.
    int relativePath() {
        return relativePath;
    }

    /// Whether a top-level field with this tag unsets the first message on the way.
    boolean isRival(int tag) {
        for (int rival : rivals) {
            if (rival == tag) {
                return true;
            }
        }
        return false;
    }

    /// A loop, because the first lambda in a process takes as long to link as it takes to read the whole catalogue.
    private static int[] parseNumbers(String numbers) {
        var parts = numbers.split("\\.", -1);
        var tags = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            tags[i] = lengthDelimited(parseNumber(parts[i], numbers));
        }
        return tags;
    }

    private static int[] parseRivals(String rivals) {
        var parts = rivals.isEmpty() ? new String[0] : rivals.split("\\|", -1);
        var tags = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int colon = parts[i].indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("'" + rivals + "' is not of the form 2:length|3:varint");
            }
            int wireType = parseWireType(parts[i].substring(colon + 1));
            tags[i] = FieldCursor.tag(parseNumber(parts[i].substring(0, colon), rivals), wireType);
        }
        return tags;
    }

    private static int parseWireType(String name) {
        return switch (name) {
            case "varint" -> FieldCursor.VARINT;
            case "fixed64" -> FieldCursor.FIXED64;
            case "length" -> FieldCursor.LENGTH;
            case "fixed32" -> FieldCursor.FIXED32;
            default -> throw new IllegalArgumentException("'" + name + "' is not a wire type: varint, fixed64, length, fixed32");
        };
    }

    private static int parseNumber(String number, String whole) {
        try {
            int parsed = Integer.parseInt(number);
            if (parsed >= 1 && parsed <= FieldCursor.MAX_NUMBER) {
                return parsed;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("'" + number + "' in '" + whole + "' is not a field number");
    }

    private static int lengthDelimited(int number) {
        return FieldCursor.tag(number, FieldCursor.LENGTH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldPath that
                && Arrays.equals(steps, that.steps)
                && Arrays.equals(rivals, that.rivals)
                && storage == that.storage
                && relativePath == that.relativePath;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(steps) * 31 + storage;
    }

    /// The field numbers, for example `1.1`.
    @Override
    public String toString() {
        var numbers = relativePath == NO_TAG ? IntStream.concat(IntStream.of(steps), IntStream.of(storage)) : IntStream.of(steps);
        return numbers.mapToObj(tag -> Integer.toString(FieldCursor.number(tag))).collect(Collectors.joining("."));
    }
}
