/// What is known of repositories, their replicas, their jobs and the health of nodes, and how it is remembered.
@NullMarked
@Version("1.0.0")
package io.quaestor.spi.datastore;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
