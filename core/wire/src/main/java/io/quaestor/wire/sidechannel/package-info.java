/// Raw byte streams beside an RPC, for `git upload-pack` (TR 2).
@NullMarked
package io.quaestor.wire.sidechannel;

import org.jspecify.annotations.NullMarked;
