package io.quaestor.spi.replication;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import org.apiguardian.api.API;

/// A call to a node failed.
@API(status = EXPERIMENTAL, since = "0.1")
public final class NodeCallException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String text;

    /// @param node whom
    /// @param code the number of the gRPC status
    /// @param text what the node said
    public NodeCallException(NodeId node, int code, String text) {
        super("call to " + node + " failed with status " + code + ": " + text);
        this.code = code;
        this.text = text;
    }

    /// The number of the gRPC status, for example 5 for NOT_FOUND.
    public int code() {
        return code;
    }

    /// What the node said.
    public String text() {
        return text;
    }
}
