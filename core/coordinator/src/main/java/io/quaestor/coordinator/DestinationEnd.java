package io.quaestor.coordinator;

import io.quaestor.spi.model.NodeId;

/// How a call ended at one node.
///
/// @param node    which
/// @param status  what the node said, or UNAVAILABLE where it said nothing
/// @param text    the text of the status, empty if there was none
/// @param reached whether anything may have reached the node: `false` only if it is certain that nothing did
/// @param answered whether the node ended the call itself; `false` where the connection was lost or the call was
///                cancelled from here
public record DestinationEnd(NodeId node, StatusCode status, String text, boolean reached, boolean answered) {

    /// Whether the node said OK.
    public boolean isOk() {
        return status == StatusCode.OK;
    }
}
