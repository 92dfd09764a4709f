/// A storage node: real Git repositories behind Gitaly's protocol, in a process of its own.
@NullMarked
package io.quaestor.sandbox.node;

import org.jspecify.annotations.NullMarked;
