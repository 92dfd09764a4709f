/// Who works here, and until when? Threads that are started together, limited in time, and ended together.
@NullMarked
package io.quaestor.threads;

import org.jspecify.annotations.NullMarked;
