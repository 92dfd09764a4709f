/// What is this RPC?
///
/// [RpcCatalogue] knows every RPC as data; [Rpc#read(byte[])] finds in the bytes of its first message what the request
/// is about and hands back a [RpcRequest], which can be rewritten for each destination. Nothing here has a thread, a
/// clock or a lock, and nothing blocks: everything is made for the event loop.
@NullMarked
package io.quaestor.catalogue;

import org.jspecify.annotations.NullMarked;
