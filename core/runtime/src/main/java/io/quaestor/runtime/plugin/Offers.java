package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.runtime.config.StrategyName;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All strategies that are offered at one time, the preferred ones first.
///
/// Where several have the same name, the last content of a jar goes before an earlier one, then the higher version, then
/// the name of the file that comes first in the alphabet.
final class Offers {

    private final List<Offer> all;

    Offers(Collection<Offer> offers) {
        var newest = new HashMap<String, Long>();
        offers.forEach(offer -> newest.merge(offer.origin().file(), offer.origin().number(), Math::max));
        this.all = offers.stream().sorted(preference(newest)).toList();
    }

    private static Comparator<Offer> preference(Map<String, Long> newest) {
        return Comparator.comparing((Offer offer) ->
                        offer.origin().number() != newest.getOrDefault(offer.origin().file(), 0L))
                .thenComparing(offer -> offer.origin().version(), Comparator.reverseOrder())
                .thenComparing(offer -> offer.origin().file())
                .thenComparing(offer -> offer.implementation().getName());
    }

    List<Offer> all() {
        return all;
    }

    /// Those that answer to a name, the preferred one first.
    List<Offer> candidates(StrategyKind kind, StrategyName name) {
        return all.stream()
                .filter(offer -> offer.kind() == kind && offer.answersTo(name))
                .toList();
    }

    /// The names that a kind can be chosen by, for messages.
    List<String> ids(StrategyKind kind) {
        return all.stream()
                .filter(offer -> offer.kind() == kind)
                .map(Offer::id)
                .distinct()
                .sorted()
                .toList();
    }

    /// The offer of another jar that goes before this one, if there is one.
    Optional<Offer> hiddenBy(Offer offer) {
        return all.stream()
                .filter(other -> other.kind() == offer.kind() && other.id().equals(offer.id()))
                .findFirst()
                .filter(preferred -> !preferred.equals(offer));
    }
}
