/// The program `faults`: what happens to clients when processes die, hang or run out of disk.
@NullMarked
package io.quaestor.faults;

import org.jspecify.annotations.NullMarked;
