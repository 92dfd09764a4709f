/// Spreads reads evenly by chance.
@NullMarked
package io.quaestor.plugin.reading.random;

import org.jspecify.annotations.NullMarked;
