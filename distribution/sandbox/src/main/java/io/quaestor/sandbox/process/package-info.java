/// The supervisor: keeps nodes, proxy and gateway of one sandbox together and obeys the person at the keyboard.
@NullMarked
package io.quaestor.sandbox.process;

import org.jspecify.annotations.NullMarked;
