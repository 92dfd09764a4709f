/// Did the replicas agree, and who is now out of date? Pure: reasons are part of the answer.
@NullMarked
package io.quaestor.transaction;

import org.jspecify.annotations.NullMarked;
