/// How a plug-in is found, made and configured, and what its host hands to it.
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
