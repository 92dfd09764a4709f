package io.quaestor.catalogue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;

/// Writes valid messages in every form that protobuf allows and no library writes: any order, singular fields that occur
/// again, several members of a oneof, unknown fields, groups, known fields with a foreign wire type, varints with more
/// bytes than needed.
final class RandomMessages {

    private static final String[] STORAGES = {"default", "default", "default", "default", "default", "other", ""};
    private static final String[] STRINGS = {"", "a", "main", "@hashed/aa/bb/cc.git", "ü€😀\uFFFD", "x".repeat(150)};
    private static final int MAX_DEPTH = 4;

    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    byte[] next(Descriptor type) {
        var out = Wire.message();
        write(out, type, 0);
        return out.toBytes();
    }

    private void write(Wire out, Descriptor type, int depth) {
        var fields = new ArrayList<Runnable>();
        for (var field : type.getFields()) {
            for (int i = occurrences(field, depth); i > 0; i--) {
                fields.add(() -> writeField(out, field, depth));
            }
            if (oneIn(15)) {
                fields.add(() -> writeForeign(out, field));
            }
        }
        for (int i = oneIn(3) ? random.nextInt(3) : 0; i > 0; i--) {
            fields.add(() -> writeUnknown(out, unknownNumber(type), 0));
        }
        Collections.shuffle(fields, random);
        fields.forEach(Runnable::run);
    }

    private int occurrences(FieldDescriptor field, int depth) {
        if (field.getJavaType() == JavaType.MESSAGE && depth >= MAX_DEPTH) {
            return 0;
        }
        if (field.isRepeated()) {
            return random.nextInt(3);
        }
        boolean named = field.getJavaType() == JavaType.MESSAGE || field.getNumber() <= 3; // what decides occurs most
        return oneIn(named ? 8 : 2) ? 0 : oneIn(5) ? 2 : oneIn(20) ? 3 : 1;
    }

    private void writeField(Wire out, FieldDescriptor field, int depth) {
        switch (field.getType()) {
            case MESSAGE -> {
                var value = Wire.message();
                write(value, field.getMessageType(), depth + 1);
                writeLengthDelimited(out, field.getNumber(), value.toBytes());
            }
            case STRING -> {
                var value = oneOf(field.getName().equals("storage_name") ? STORAGES : STRINGS);
                writeLengthDelimited(out, field.getNumber(), value.getBytes(StandardCharsets.UTF_8));
            }
            case BYTES -> writeLengthDelimited(out, field.getNumber(), randomBytes());
            default -> writeNumber(out, field);
        }
    }

    private void writeLengthDelimited(Wire out, int number, byte[] content) {
        tag(out, number, FieldCursor.LENGTH);
        varint(out, content.length);
        out.raw(content);
    }

    private void writeNumber(Wire out, FieldDescriptor field) {
        switch (field.getLiteType().getWireType()) {
            case FieldCursor.FIXED32 -> {
                tag(out, field.getNumber(), FieldCursor.FIXED32);
                out.raw(randomBytes(4));
            }
            case FieldCursor.FIXED64 -> {
                tag(out, field.getNumber(), FieldCursor.FIXED64);
                out.raw(randomBytes(8));
            }
            default -> {
                tag(out, field.getNumber(), FieldCursor.VARINT);
                varint(out, field.getType() == FieldDescriptor.Type.ENUM ? random.nextInt(4) : random.nextLong(1000));
            }
        }
    }

    /// A known field with a wire type that is not its own is an unknown field. (Numbers of a list may be packed.)
    private void writeForeign(Wire out, FieldDescriptor field) {
        int number = field.getNumber();
        int own = field.getLiteType().getWireType();
        if (own != FieldCursor.LENGTH && !field.isPackable()) {
            writeLengthDelimited(out, number, randomBytes());
        } else if (own != FieldCursor.VARINT) {
            tag(out, number, FieldCursor.VARINT);
            varint(out, random.nextLong());
        } else {
            tag(out, number, FieldCursor.FIXED64);
            out.raw(randomBytes(8));
        }
    }

    private void writeUnknown(Wire out, int number, int depth) {
        switch (random.nextInt(depth > 3 ? 4 : 5)) {
            case 0 -> {
                out.tag(number, FieldCursor.VARINT);
                varint(out, random.nextLong());
            }
            case 1 -> out.tag(number, FieldCursor.FIXED64).raw(randomBytes(8));
            case 2 -> out.tag(number, FieldCursor.FIXED32).raw(randomBytes(4));
            case 3 -> writeLengthDelimited(out, number, randomBytes());
            default -> {
                tag(out, number, FieldCursor.GROUP);
                for (int i = random.nextInt(3); i > 0; i--) {
                    writeUnknown(out, 1 + random.nextInt(9), depth + 1); // may look like a path's field
                }
                tag(out, number, FieldCursor.END_GROUP);
            }
        }
    }

    private int unknownNumber(Descriptor type) {
        while (true) {
            int number = 1 + (oneIn(20) ? random.nextInt(FieldCursor.MAX_NUMBER) : random.nextInt(40));
            if (type.findFieldByNumber(number) == null) {
                return number;
            }
        }
    }

    private void tag(Wire out, int number, int wireType) {
        varint(out, FieldCursor.tag(number, wireType) & 0xffffffffL);
    }

    private void varint(Wire out, long value) {
        out.varint(value, oneIn(12) ? 1 + random.nextInt(10) : 1);
    }

    private byte[] randomBytes() {
        return randomBytes(random.nextInt(12));
    }

    private byte[] randomBytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private boolean oneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    private String oneOf(String[] values) {
        return values[random.nextInt(values.length)];
    }
}
