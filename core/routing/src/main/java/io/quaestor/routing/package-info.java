/// Where must an RPC go? Decides on snapshots; whoever asks has fetched them. Nothing here reads a clock, waits, draws
/// chance of its own, or logs: reasons are part of the answer.
@NullMarked
package io.quaestor.routing;

import org.jspecify.annotations.NullMarked;
