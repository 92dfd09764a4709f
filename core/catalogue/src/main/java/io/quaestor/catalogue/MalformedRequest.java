package io.quaestor.catalogue;

/// Bytes that are not a protobuf message, or not on the way to the repository. For the client this is `INTERNAL` (RT 1.4).
///
/// Only what the proxy needs is looked at: fields that it passes on may be malformed inside, which nodes will notice.
///
/// @param reason what is wrong, in a few words without a full stop
public record MalformedRequest(String reason) implements RpcRequest {}
