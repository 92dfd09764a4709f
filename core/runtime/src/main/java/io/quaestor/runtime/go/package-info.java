/// The text forms of Go's standard library that operators, scripts and dashboards know from Praefect.
@NullMarked
package io.quaestor.runtime.go;

import org.jspecify.annotations.NullMarked;
