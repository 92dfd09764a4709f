/// What a simulation leaves behind, in tables of Praefect.
package io.quaestor.simulation.replay;
