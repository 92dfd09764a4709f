/// Which nodes are well? Asks each node once a second, tells the datastore, and keeps the answer at hand.
@NullMarked
package io.quaestor.health;

import org.jspecify.annotations.NullMarked;
