/// Runs of faults, one after the other: load, fault, convergence, judgement, report.
@NullMarked
package io.quaestor.faults.trial;

import org.jspecify.annotations.NullMarked;
