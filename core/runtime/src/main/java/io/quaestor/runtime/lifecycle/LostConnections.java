package io.quaestor.runtime.lifecycle;

import io.quaestor.spi.model.NodeId;
import java.util.function.Consumer;

/// Passes the news of lost connections on to somebody who is made after those who bring them.
///
/// **Threads:** event loops. **Blocking:** never.
final class LostConnections implements Consumer<NodeId> {

    private volatile Consumer<NodeId> listener = _ -> {};

    void tell(Consumer<NodeId> next) {
        listener = next;
    }

    @Override
    public void accept(NodeId node) {
        listener.accept(node);
    }
}
