package io.quaestor.runtime.cli;

import io.quaestor.runtime.go.GoCode;

/// A call to a running proxy failed. The message is what Go prints of such a failure.
public final class ProxyCallException extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param code        the number of gRPC's code
    /// @param description what the proxy says, or why it cannot be reached
    public ProxyCallException(int code, String description) {
        super("rpc error: code = " + GoCode.name(code) + " desc = " + description);
    }
}
