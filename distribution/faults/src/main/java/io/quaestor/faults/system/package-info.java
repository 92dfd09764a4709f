/// What the machine gives: time and programs.
@NullMarked
package io.quaestor.faults.system;

import org.jspecify.annotations.NullMarked;
