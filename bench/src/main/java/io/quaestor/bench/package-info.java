/// Measures the proxy beside what it stands in front of, in one run on one machine. Prints figures; asserts nothing.
@NullMarked
package io.quaestor.bench;

import org.jspecify.annotations.NullMarked;
