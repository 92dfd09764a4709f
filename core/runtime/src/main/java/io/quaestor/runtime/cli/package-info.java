/// What does the operator type? Praefect's command line, name for name, with its texts and exit codes (OPS 2).
@NullMarked
package io.quaestor.runtime.cli;

import org.jspecify.annotations.NullMarked;
