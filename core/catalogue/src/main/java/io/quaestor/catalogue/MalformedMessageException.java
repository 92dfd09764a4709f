package io.quaestor.catalogue;

/// The bytes are not a protobuf message. Never leaves the module: [Rpc#read(byte[])] answers [MalformedRequest].
///
/// Has no stack trace: anybody can send garbage, and it is made on the event loop.
final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedMessageException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
