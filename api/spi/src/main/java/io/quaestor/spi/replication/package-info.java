/// How does a replica get the contents of another?
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.replication;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
