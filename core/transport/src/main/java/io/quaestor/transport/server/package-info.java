/// The side of the clients: listeners, proxied calls, and what the proxy answers itself.
///
/// A proxied call is a [ProxyCall][io.quaestor.transport.server.ProxyCall]; once it knows where to go, a
/// [FanOut][io.quaestor.transport.server.FanOut] carries it to its nodes. Both live on the event loop of the client's
/// connection, as do the node connections that they use, so nothing here has a lock.
@NullMarked
package io.quaestor.transport.server;

import org.jspecify.annotations.NullMarked;
