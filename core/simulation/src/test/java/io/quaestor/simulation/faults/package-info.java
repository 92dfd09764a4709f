/// What goes wrong, and how often it did.
package io.quaestor.simulation.faults;
