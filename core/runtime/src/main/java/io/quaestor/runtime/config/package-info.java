/// What did the operator ask for? Praefect's `config.toml`, key for key, with our own tables beside it.
///
/// A file is read into values that remember where they stand ([Value]), the values are interpreted and checked all at
/// once ([ConfigurationLoader]), and what comes out are immutable records ([Configuration]).
@NullMarked
package io.quaestor.runtime.config;

import org.jspecify.annotations.NullMarked;
