/// A PostgreSQL server as a child process: its programs, its data, its life.
@NullMarked
package io.quaestor.plugin.datastore.postgres.server;

import org.jspecify.annotations.NullMarked;
