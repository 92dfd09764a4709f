/// The rules that every plug-in keeps, as tests. A plug-in extends the class of its SPI beside its own tests.
@NullMarked
package io.quaestor.testkit.conformance;

import org.jspecify.annotations.NullMarked;
