/// Copies a repository by asking the target node to fetch it from the source.
@NullMarked
package io.quaestor.plugin.replication.gitaly;

import org.jspecify.annotations.NullMarked;
