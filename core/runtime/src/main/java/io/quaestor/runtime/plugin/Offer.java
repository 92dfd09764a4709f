package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.runtime.config.StrategyName;
import io.quaestor.spi.plugin.StrategyProvider;
import java.util.Optional;

/// A strategy that a bundle offers.
///
/// @param kind           what it does
/// @param id             its name in the configuration
/// @param praefect       the name that Praefect has for it; empty if none
/// @param table          the table of Praefect that it claims; empty if none
/// @param origin         where it comes from
/// @param implementation its class
/// @param ready          the strategy itself, if the bundle made it and registered it as a service
record Offer(
        StrategyKind kind,
        String id,
        String praefect,
        String table,
        Origin origin,
        Class<?> implementation,
        Optional<Object> ready) {

    static Offer of(StrategyKind kind, StrategyProvider says, Origin origin, Class<?> implementation) {
        return new Offer(kind, says.id(), says.praefect(), says.table(), origin, implementation, Optional.empty());
    }

    boolean answersTo(StrategyName name) {
        return switch (name) {
            case StrategyName.Id own -> own.id().equals(id);
            case StrategyName.OfPraefect theirs -> !praefect.isEmpty() && theirs.name().equals(praefect);
        };
    }

    /// For messages, for example `reading strategy "random" (reading-random-1.0.jar 1.0.0)`.
    @Override
    public String toString() {
        return kind.key() + " strategy \"" + id + "\" (" + origin + ")";
    }
}
