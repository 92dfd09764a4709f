/// gRPC for blocking code: calls on virtual threads, streams with back-pressure, authentication V2.
@NullMarked
package io.quaestor.sandbox.rpc;

import org.jspecify.annotations.NullMarked;
