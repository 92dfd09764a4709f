package io.quaestor.coordinator;

import io.quaestor.catalogue.Rpc;
import org.jspecify.annotations.Nullable;

/// Takes the lead of calls. The transport knows the coordinator by this.
public interface Leader {

    /// What the catalogue knows of a method.
    ///
    /// **Threads:** event loop. **Blocking:** never.
    ///
    /// @return `null` if nobody knows it; such a call ends with [Failures#unknownMethod]
    @Nullable Rpc find(String fullMethodName);

    /// Leads a call whose first message has come, until it is forwarded, answered or refused.
    ///
    /// **Threads:** the event loop of the call. **Blocking:** never; what must ask the datastore goes on in a virtual
    /// thread and comes back.
    void lead(Exchange exchange, Rpc rpc, byte[] firstMessage);
}
