package io.quaestor.catalogue;

/// What the first message of a call is about; the answer of [Rpc#read(byte[])].
///
/// The first two can be routed and written anew for each destination, the others are the client's mistake.
/// Immutable; but a request keeps the bytes that it was read from, so nobody may change them.
public sealed interface RpcRequest permits RepositoryRequest, StorageRequest, InvalidRequest, MalformedRequest {}
