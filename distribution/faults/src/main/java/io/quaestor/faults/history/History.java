package io.quaestor.faults.history;

import java.util.List;
import java.util.Map;

/// Everything that clients did and saw, in no particular order.
///
/// @param initial the value of each register before the first operation
/// @param writes  all that were begun, whatever became of them
/// @param reads   those that were answered
/// @param last    the value of each register on each storage after convergence
public record History(
        Map<Register, String> initial, List<Write> writes, List<Read> reads, Map<Register, Map<String, String>> last) {

    public History {
        initial = Map.copyOf(initial);
        writes = List.copyOf(writes);
        reads = List.copyOf(reads);
        last = Map.copyOf(last);
    }
}
