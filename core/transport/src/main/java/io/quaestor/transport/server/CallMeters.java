package io.quaestor.transport.server;

import io.quaestor.coordinator.StatusCode;

/// Counts the calls of clients.
///
/// **Threads:** event loops, and for the proxy's own services any thread. **Blocking:** never. Every `started` is followed
/// by exactly one `ended` with the same method.
public interface CallMeters {

    /// Counts nothing.
    CallMeters NONE = new CallMeters() {
        @Override
        public void started(String method) {}

        @Override
        public void ended(String method, StatusCode code, long nanos) {}
    };

    /// A method that nobody knows: whatever clients invent must not become a label of its own.
    String UNKNOWN_METHOD = "unknown/unknown";

    /// A call came in.
    ///
    /// @param method as in `gitaly.CommitService/FindCommit`, or [#UNKNOWN_METHOD]
    void started(String method);

    /// The client was told the end, or has gone.
    ///
    /// @param nanos how long it took, in nanoseconds
    void ended(String method, StatusCode code, long nanos);
}
