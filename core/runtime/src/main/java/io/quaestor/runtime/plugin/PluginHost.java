package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.metrics.Metrics;
import io.quaestor.spi.plugin.Clock;
import java.util.concurrent.ThreadFactory;

/// What the kernel has to hand to plug-ins.
///
/// @param defaults what is used where a strategy vanishes
/// @param clock    the time
/// @param threads  makes virtual threads
/// @param metrics  the meters of the process
/// @param seed     of which each plug-in gets its own
public record PluginHost(Defaults defaults, Clock clock, ThreadFactory threads, Metrics metrics, long seed) {}
