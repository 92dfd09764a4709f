package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;
import java.util.Map;

/// One node that gets a call.
///
/// @param node         which
/// @param firstMessage the first message as this node gets it; not changed after it was handed over
/// @param headers      further headers for this node; they replace what the client sent under the same names
@SuppressWarnings("ArrayRecordComponent") // destinations are never compared
public record Destination(NodeId node, byte[] firstMessage, Map<String, String> headers) {

    public Destination(NodeId node, byte[] firstMessage) {
        this(node, firstMessage, Map.of());
    }
}
