/// What is done to the processes, one thing at a time, and what is expected meanwhile.
@NullMarked
package io.quaestor.faults.fault;

import org.jspecify.annotations.NullMarked;
