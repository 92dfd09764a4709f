/// How does the proxy start, change and stop?
@NullMarked
package io.quaestor.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
