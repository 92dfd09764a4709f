/// How one connection carries many: yamux, back channel and sidechannel, and how connections agree on them in grpc-java.
///
/// - [WireCredentials][io.quaestor.wire.WireCredentials] make grpc-java channels and servers speak `backchannel`.
/// - [WireSession][io.quaestor.wire.WireSession] is the connection on which a call travels; both ends find it in the transport
///   attributes.
/// - [BackchannelServer][io.quaestor.wire.BackchannelServer] answers calls that come back on connections that we made;
///   [WireSession#backchannel][io.quaestor.wire.WireSession#backchannel] is the other end, for who plays a storage node.
/// - [Sidechannels][io.quaestor.wire.sidechannel.Sidechannels] are the raw byte streams beside an RPC.
///
/// Facts of the protocol are numbered as in the transport specification (TR). Everything that touches grpc-java's internal
/// negotiation API is in this module, so that a new version of it is met in one place.
@NullMarked
package io.quaestor.wire;

import org.jspecify.annotations.NullMarked;
