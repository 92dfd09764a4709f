/// What a Gitaly needs around it to be a storage node of the sandbox: its configuration, and somebody who answers its hooks.
@NullMarked
package io.quaestor.sandbox.gitaly;

import org.jspecify.annotations.NullMarked;
