package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.EventLoop;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import java.time.Duration;

/// What an exchange is made of.
///
/// @param owner   the proxy's process
/// @param loop    of the call
/// @param links   to nodes
/// @param votes   where nodes vote
/// @param points  hears how far the call is
record ExchangeParts(
        Scheduler scheduler,
        Chance chance,
        Owner owner,
        EventLoop loop,
        Links links,
        VoteReceiver votes,
        Points points,
        Limits limits) {

    /// @return takes it back
    Runnable later(Duration delay, Runnable work) {
        return scheduler.after(delay, owner, work);
    }
}
