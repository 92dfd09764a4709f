/// The machine's `git` as child processes: hermetic, bounded, killed when nobody waits for them any more.
@NullMarked
package io.quaestor.sandbox.git;

import org.jspecify.annotations.NullMarked;
