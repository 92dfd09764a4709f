/// What clients do while processes are hurt: they write and read, and write down what came of it.
@NullMarked
package io.quaestor.faults.load;

import org.jspecify.annotations.NullMarked;
