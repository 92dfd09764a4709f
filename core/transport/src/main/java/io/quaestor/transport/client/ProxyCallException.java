package io.quaestor.transport.client;

import io.quaestor.coordinator.StatusCode;

/// A running proxy could not be asked, or refused.
public final class ProxyCallException extends Exception {

    private static final long serialVersionUID = 1L;

    private final StatusCode code;

    ProxyCallException(StatusCode code, String text) {
        super(text);
        this.code = code;
    }

    /// Why; the message is what the proxy said.
    public StatusCode code() {
        return code;
    }
}
