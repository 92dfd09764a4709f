package io.quaestor.coordinator;

import org.jspecify.annotations.Nullable;

/// The turn of one write, where writes come one after another.
///
/// **Threads:** the event loop of the call.
final class HeldTurn {

    private final WritingParts parts;
    private final Exchange exchange;
    private final WritePlan plan;
    private @Nullable Runnable end;
    private boolean closed;

    /// @param taken ends a turn that was taken before; `null` if there is none
    HeldTurn(WritingParts parts, Exchange exchange, WritePlan plan, @Nullable Runnable taken) {
        this.parts = parts;
        this.exchange = exchange;
        this.plan = plan;
        this.end = taken;
    }

    /// Waits for the turn, if this write needs one and has none.
    ///
    /// @param then runs when the write may go on
    /// @return whether it waits
    boolean request(Runnable then) {
        boolean wanted = end == null
                && plan.rpc().hooks()
                && !plan.creation()
                && parts.settings().serialized().contains(plan.key().virtualStorage());
        if (wanted) {
            end = HeldTurn::nothing;
            parts.background().start(() -> {
                Runnable taken = HeldTurn::nothing;
                try {
                    taken = parts.turns().await(plan.id(), plan.number());
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                } finally {
                    var mine = taken;
                    exchange.execute(() -> arrived(mine, then));
                }
            });
        }
        return wanted;
    }

    private void arrived(Runnable taken, Runnable then) {
        if (closed) {
            parts.background().start(taken);
        } else {
            end = taken;
            then.run();
        }
    }

    /// Nodes lock nothing any more. One that is still waited for is ended when it comes.
    ///
    /// @return ends the turn; to be run on a virtual thread
    Runnable close() {
        closed = true;
        var mine = end;
        return mine == null ? HeldTurn::nothing : mine;
    }

    /// Ends it in the background, if there is one.
    void endSoon() {
        var mine = end;
        closed = true;
        if (mine != null) {
            parts.background().start(mine);
        }
    }

    private static void nothing() {}
}
