/// A program of its own in which Quaestor can be tried: storage nodes on real Git repositories, a Git smart-HTTP gateway,
/// and a proxy as child.
@NullMarked
package io.quaestor.sandbox;

import org.jspecify.annotations.NullMarked;
