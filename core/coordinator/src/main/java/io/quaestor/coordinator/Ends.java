package io.quaestor.coordinator;

import io.quaestor.transaction.NodeEnd;

/// Puts the end of a call into the words of those who judge writes.
final class Ends {

    private Ends() {}

    static NodeEnd of(DestinationEnd end) {
        if (end.isOk()) {
            return new NodeEnd(NodeEnd.Kind.OK, "");
        }
        if (!end.reached()) {
            return new NodeEnd(NodeEnd.Kind.NOT_REACHED, "");
        }
        return end.answered()
                ? new NodeEnd(NodeEnd.Kind.FAILED, end.status() + ": " + end.text())
                : new NodeEnd(NodeEnd.Kind.VANISHED, "");
    }
}
