/// The processes: nodes, proxies and gateways of a sandbox, a PostgreSQL of our own, a disk that is small.
@NullMarked
package io.quaestor.faults.cluster;

import org.jspecify.annotations.NullMarked;
