package io.quaestor.wire.yamux;

import java.io.IOException;

/// A stream cannot be opened, or the peer broke the protocol. The message says which.
public final class YamuxException extends IOException {

    private static final long serialVersionUID = 1L;

    YamuxException(String message) {
        super(message);
    }
}
