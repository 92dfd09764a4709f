/// Sends a read where the fewest calls are under way.
@NullMarked
package io.quaestor.plugin.reading.leastconn;

import org.jspecify.annotations.NullMarked;
