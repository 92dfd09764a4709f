/// Who is the primary of a repository?
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.election;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
