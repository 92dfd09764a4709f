/// Elects a primary for each repository on its own.
@NullMarked
package io.quaestor.plugin.election.perrepository;

import org.jspecify.annotations.NullMarked;
