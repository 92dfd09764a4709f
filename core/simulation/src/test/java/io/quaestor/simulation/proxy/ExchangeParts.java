package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.simulation.Sabotage;
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
/// @param facts   hears what becomes of the write
/// @param witness hears what must not be
/// @param points  hears how far the call is
record ExchangeParts(
        Scheduler scheduler,
        Chance chance,
        Owner owner,
        EventLoop loop,
        Links links,
        VoteReceiver votes,
        WriteFacts facts,
        Witness witness,
        Points points,
        Limits limits,
        Sabotage sabotage) {

    /// @return takes it back
    Runnable later(Duration delay, Runnable work) {
        return scheduler.after(delay, owner, work);
    }
}
