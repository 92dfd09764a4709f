/// Many streams on one connection: HashiCorp's yamux, as a handler for a Netty pipeline (TR 3).
///
/// [YamuxHandler][io.quaestor.wire.yamux.YamuxHandler] stands between the socket and the HTTP/2 handler. Stream 1 goes on
/// up the same pipeline, so RPCs cost one header of 12 bytes and no hop. Every other stream is a
/// [YamuxStream][io.quaestor.wire.yamux.YamuxStream]: an object with a listener, not a Netty channel.
///
/// The package knows Netty alone; gRPC, back channel and sidechannel stand on it.
///
/// **Threads:** everything here runs on the event loop of its connection unless a method says otherwise.
@NullMarked
package io.quaestor.wire.yamux;

import org.jspecify.annotations.NullMarked;
