/// Twins of storage nodes: references with values, locks, votes.
package io.quaestor.simulation.nodes;
