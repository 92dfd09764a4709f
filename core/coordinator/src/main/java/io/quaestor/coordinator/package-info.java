/// What is the life of one RPC? Authenticates, finds the way, has it forwarded, and records what came of it.
@NullMarked
package io.quaestor.coordinator;

import org.jspecify.annotations.NullMarked;
