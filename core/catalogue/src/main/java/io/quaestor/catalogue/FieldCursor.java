package io.quaestor.catalogue;

/// Goes over the fields of one message in a byte array, without reading into them.
///
/// As strict as Go's protobuf, which is what nodes decode with: numbers that do not fit are errors, not cut off.
final class FieldCursor {

    /// Wire types: the lower three bits of a tag.
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int GROUP = 3;
    static final int END_GROUP = 4;
    static final int FIXED32 = 5;

    /// The greatest field number that protobuf allows.
    static final int MAX_NUMBER = (1 << 29) - 1;

    static final String TRUNCATED = "a field is longer than its message";
    static final String TOO_LARGE = "a varint is too large";

    /// As in protobuf-java. The protocol has no groups, so any depth is more than is needed.
    private static final int MAX_GROUP_DEPTH = 100;

    private static final int LAST_SHIFT_OF_VARINT = 63;

    private final byte[] bytes;
    private final int end;
    private int position;

    private int tag;
    private int start;
    private int lengthStart;
    private int valueStart;

    FieldCursor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    static int tag(int number, int wireType) {
        return (number << 3) | wireType;
    }

    static int number(int tag) {
        return tag >>> 3;
    }

    /// Goes to the next field and over it.
    ///
    /// @return whether there is one
    boolean next() throws MalformedMessageException {
        if (position == end) {
            return false;
        }
        start = position;
        tag = readTag();
        skipValue(tag, 0);
        return true;
    }

    /// Number and wire type of the field.
    int tag() {
        return tag;
    }

    /// Where the field begins, with its tag.
    int start() {
        return start;
    }

    /// Where the length of a length-delimited field begins.
    int lengthStart() {
        return lengthStart;
    }

    /// Where the content of a length-delimited field begins.
    int valueStart() {
        return valueStart;
    }

    /// Where the field ends, and so does its content.
    int end() {
        return position;
    }

    private int readTag() throws MalformedMessageException {
        long value = readVarint();
        if (value >>> 32 != 0) {
            throw new MalformedMessageException(TOO_LARGE);
        }
        int read = (int) value;
        if (number(read) == 0) {
            throw new MalformedMessageException("a field has the number 0");
        }
        return read;
    }

    private void skipValue(int tag, int groups) throws MalformedMessageException {
        switch (tag & 7) {
            case VARINT -> readVarint();
            case FIXED64 -> advance(Long.BYTES);
            case LENGTH -> {
                int before = position;
                long length = readVarint();
                lengthStart = before;
                valueStart = position;
                advance(length);
            }
            case GROUP -> skipGroup(number(tag), groups + 1);
            case END_GROUP -> throw new MalformedMessageException("a group ends that did not begin");
            case FIXED32 -> advance(Integer.BYTES);
            default -> throw new MalformedMessageException("a field has an unknown wire type");
        }
    }

    private void skipGroup(int number, int groups) throws MalformedMessageException {
        if (groups > MAX_GROUP_DEPTH) {
            throw new MalformedMessageException("groups are nested too deeply");
        }
        while (true) {
            int inner = readTag();
            if (inner == tag(number, END_GROUP)) {
                return;
            }
            skipValue(inner, groups);
        }
    }

    private void advance(long length) throws MalformedMessageException {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new MalformedMessageException(TOO_LARGE);
        }
        if (length > end - position) {
            throw new MalformedMessageException(TRUNCATED);
        }
        position += (int) length;
    }

    private long readVarint() throws MalformedMessageException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            if (position == end) {
                throw new MalformedMessageException(TRUNCATED);
            }
            byte next = bytes[position++];
            if (shift == LAST_SHIFT_OF_VARINT && (next & ~1) != 0) {
                throw new MalformedMessageException(TOO_LARGE); // the tenth byte has room for one bit, and is the last
            }
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
