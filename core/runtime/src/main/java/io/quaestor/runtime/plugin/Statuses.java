package io.quaestor.runtime.plugin;

import io.quaestor.runtime.plugin.PluginStatus.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says what has become of offers and jars.
final class Statuses {

    private Statuses() {}

    static List<PluginStatus> of(
            Offers offers, Collection<Instance> serving, Refusals refusals, Map<Path, String> broken) {
        var result = new ArrayList<PluginStatus>();
        offers.all().forEach(offer -> result.add(status(offer, offers, serving, refusals)));
        // one whose jar is gone goes on until somebody takes its place
        serving.stream()
                .map(Instance::offer)
                .filter(offer -> !offers.all().contains(offer))
                .distinct()
                .forEach(offer -> result.add(
                        status(offer, State.IN_USE, Optional.of("its jar has changed or is gone"))));
        broken.forEach((file, reason) -> result.add(new PluginStatus(
                "", "", "", State.BROKEN, Optional.of(reason), file.getFileName().toString())));
        return result.stream().sorted().toList();
    }

    private static PluginStatus status(
            Offer offer, Offers offers, Collection<Instance> serving, Refusals refusals) {
        if (serving.stream().anyMatch(instance -> instance.offer().equals(offer))) {
            return status(offer, State.IN_USE, Optional.empty());
        }
        if (refusals.contains(offer)) {
            return status(offer, State.REFUSED, refusals.reason(offer));
        }
        var hiddenBy = offers.hiddenBy(offer);
        return hiddenBy.isPresent()
                ? status(offer, State.HIDDEN, hiddenBy.map(preferred -> "by " + preferred.origin()))
                : status(offer, State.AVAILABLE, Optional.empty());
    }

    private static PluginStatus status(Offer offer, State state, Optional<String> detail) {
        return new PluginStatus(
                offer.id(),
                offer.kind().key(),
                offer.origin().version().toString(),
                state,
                detail,
                offer.origin().file());
    }
}
