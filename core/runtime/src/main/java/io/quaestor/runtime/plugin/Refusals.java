package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Offers that could not be made under the configuration that holds, so that they are told of and tried once.
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Map<Offer, String> reasons = new HashMap<>();

    void add(Offer offer, ConfigurationException failure) {
        String reason = failure.problems().stream().map(Problem::describe).collect(Collectors.joining("; "));
        reasons.put(offer, reason);
        LOG.atError().addKeyValue("plugin", offer.toString()).log("plug-in refused: {}", reason);
    }

    boolean contains(Offer offer) {
        return reasons.containsKey(offer);
    }

    Optional<String> reason(Offer offer) {
        return Optional.ofNullable(reasons.get(offer));
    }

    /// Forgets what a bundle offered, so that nothing holds on to its classes.
    void forget(long number) {
        reasons.keySet().removeIf(offer -> offer.origin().number() == number);
    }

    void clear() {
        reasons.clear();
    }
}
