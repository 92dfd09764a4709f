/// Streams of a connection as Netty channels, so that grpc-java can run HTTP/2 on them (TR 3.9, second way).
///
/// Channels live on the event loop of the connection that carries them: no byte changes its thread.
@NullMarked
package io.quaestor.wire.channel;

import org.jspecify.annotations.NullMarked;
