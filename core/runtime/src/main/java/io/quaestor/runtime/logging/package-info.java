/// How is it told what happens? Lines as Praefect writes them (OPS 5.1).
@NullMarked
package io.quaestor.runtime.logging;

import org.jspecify.annotations.NullMarked;
