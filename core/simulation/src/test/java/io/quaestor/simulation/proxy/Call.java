package io.quaestor.simulation.proxy;

import io.quaestor.spi.model.RepositoryKey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// One call of a client.
///
/// @param number   of the call; what it writes is this number
/// @param changes  groups of references that change together, each with the value that it must have; empty for calls that
///                 do not write references
/// @param deadline after which the client does not wait any more, and says so before
/// @param patience after which the client goes without a word; empty for never
public record Call(
        int number,
        Kind kind,
        RepositoryKey key,
        List<Map<String, Integer>> changes,
        Optional<Duration> deadline,
        Optional<Duration> patience) {

    public Call(int number, Kind kind, RepositoryKey key) {
        this(number, kind, key, List.of(), Optional.empty(), Optional.empty());
    }

    /// All references that it is about.
    public TreeSet<String> references() {
        var all = new TreeSet<String>();
        changes.forEach(group -> all.addAll(group.keySet()));
        return all;
    }

    /// The same from a client that goes.
    public Call with(Optional<Duration> newDeadline, Optional<Duration> newPatience) {
        return new Call(number, kind, key, changes, newDeadline, newPatience);
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " #" + number + " of " + key.relativePath()
                + (changes.isEmpty() ? "" : " " + changes);
    }
}
