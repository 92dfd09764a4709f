/// The rules that every plug-in keeps, as tests. A plug-in extends the class of its SPI beside its own tests.
@NullMarked
@Version("1.0.0")
package io.quaestor.testkit.conformance;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
