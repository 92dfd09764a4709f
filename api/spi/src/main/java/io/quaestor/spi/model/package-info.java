/// The words that everybody uses: storages, repositories, replicas, generations. Immutable values that refuse nonsense.
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.model;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
