package io.quaestor.simulation.proxy;

import io.quaestor.spi.model.RepositoryKey;
import java.util.Locale;

/// One call of a client.
///
/// @param number of the call; a write is known by it on the nodes
public record Call(int number, Kind kind, RepositoryKey key) {

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " #" + number + " of " + key.relativePath();
    }
}
