/// Which up-to-date replica serves this read?
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.reading;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
