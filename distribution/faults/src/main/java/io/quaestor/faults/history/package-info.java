/// What clients did and saw, and the judgement on it. Values and functions: no clock, no thread, no file.
@NullMarked
package io.quaestor.faults.history;

import org.jspecify.annotations.NullMarked;
