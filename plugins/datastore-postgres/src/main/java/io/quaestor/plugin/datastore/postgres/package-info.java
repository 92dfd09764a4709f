/// Keeps the records in PostgreSQL: one that is given (`postgres`), or one that it starts itself (`embedded`).
@NullMarked
package io.quaestor.plugin.datastore.postgres;

import org.jspecify.annotations.NullMarked;
