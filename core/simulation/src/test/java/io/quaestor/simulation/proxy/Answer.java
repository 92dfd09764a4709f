package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.StatusCode;
import java.util.SortedSet;

/// What a client is told.
///
/// @param seen the writes that a read saw; empty for other calls
public record Answer(StatusCode code, String text, SortedSet<Integer> seen) {

    public boolean isOk() {
        return code == StatusCode.OK;
    }

    @Override
    public String toString() {
        return code + (text.isEmpty() ? "" : " " + text) + (seen.isEmpty() ? "" : " " + seen);
    }
}
