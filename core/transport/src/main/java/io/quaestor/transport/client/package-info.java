/// The side of the storage nodes: one connection for each node and event loop, and the calls that the proxy makes itself.
@NullMarked
package io.quaestor.transport.client;

import org.jspecify.annotations.NullMarked;
