package io.quaestor.coordinator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One call of a client while it lasts, as the coordinator sees it. The transport implements it.
///
/// Exactly one of [#forward], [#answer] and [#fail] is called, once.
///
/// **Threads:** the event loop of the call, unless said otherwise. **Blocking:** never.
public interface Exchange {

    /// First value of a header that the client sent.
    ///
    /// @param name in lower case, of an ASCII header
    /// @return `null` if the client did not send it
    @Nullable String header(String name);

    /// The id by which logs of all programs name this request; made here if the client sent none.
    String correlationId();

    /// Runs a task on the event loop of the call, never before this returns. May be called from any thread. After the call
    /// has ended the task still runs, and what it then does to the exchange has no effect.
    void execute(Runnable task);

    /// Runs a task on the event loop of the call after a time, also if the call has ended meanwhile.
    ///
    /// @return takes it back, if it has not yet run; to be called on the event loop
    Runnable later(Duration delay, Runnable task);

    /// Whether the client has gone, or the call has ended. May be called from any thread.
    boolean isOver();

    /// Opens calls to nodes and passes everything on, in both directions, until all have ended.
    void forward(Forwarding forwarding);

    /// Answers with one message and OK.
    void answer(byte[] message);

    /// Ends the call.
    void fail(Failure failure);
}
