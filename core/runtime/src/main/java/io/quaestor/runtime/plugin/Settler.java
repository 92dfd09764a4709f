package io.quaestor.runtime.plugin;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.config.Problem;
import io.quaestor.runtime.config.StrategyKind;
import io.quaestor.runtime.config.StrategyName;
import io.quaestor.runtime.config.VirtualStorageConfiguration;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out who serves: strictly for a configuration, which holds as a whole or not at all; as well as it goes when
/// plug-ins come and go.
///
/// **Threads:** one at a time; may block while plug-ins are made.
final class Settler {

    private static final Logger LOG = LoggerFactory.getLogger(Settler.class);

    private final InstanceMaker maker;
    private final Defaults defaults;

    /// What has been told to be gone, so that it is told once.
    private final Set<Missing> missing = new HashSet<>();

    Settler(InstanceMaker maker, Defaults defaults) {
        this.maker = maker;
        this.defaults = defaults;
    }

    /// A strategy that the configuration names and that is not there.
    private record Missing(VirtualStorage virtualStorage, StrategyKind kind) {}

    /// Who serves under a new configuration.
    ///
    /// @param before who serves now; empty at the start
    /// @throws ConfigurationException if anything that it names is not there or cannot be made; nothing has changed then
    Settlement strictly(Configuration configuration, Offers offers, Optional<Settlement> before)
            throws ConfigurationException {
        var attempt = new Attempt(configuration, offers, before);
        try {
            var serving = new LinkedHashMap<VirtualStorage, Map<StrategyKind, Instance>>();
            for (VirtualStorageConfiguration virtualStorage : configuration.virtualStorages()) {
                var instances = new EnumMap<StrategyKind, Instance>(StrategyKind.class);
                virtualStorage
                        .strategies()
                        .forEach((kind, name) -> attempt.instance(kind, name)
                                .ifPresent(instance -> instances.put(kind, instance)));
                serving.put(virtualStorage.name(), instances);
            }
            Optional<Instance> datastore = before.isPresent()
                    ? attempt.sameDatastore(before.get())
                    : attempt.instance(StrategyKind.DATASTORE, configuration.datastore());
            attempt.checkTablesOfOthers();
            attempt.throwIfWrong();
            missing.clear();
            return new Settlement(configuration, serving, datastore.orElseThrow());
        } catch (ConfigurationException | RuntimeException failure) {
            attempt.made.forEach(Instance::close);
            throw failure;
        }
    }

    /// Who serves when the offers have changed. Whatever goes wrong, somebody serves afterwards: the preferred offer that
    /// can be made, else the default, else who served before.
    Settlement leniently(Settlement before, Offers offers, Refusals refusals) {
        var made = new HashMap<Offer, Instance>();
        before.instances().forEach(instance -> made.put(instance.offer(), instance));
        var serving = new LinkedHashMap<VirtualStorage, Map<StrategyKind, Instance>>();
        for (VirtualStorageConfiguration virtualStorage : before.configuration().virtualStorages()) {
            var instances = new EnumMap<StrategyKind, Instance>(StrategyKind.class);
            virtualStorage.strategies().forEach((kind, name) -> {
                var current = Objects.requireNonNull(
                        before.serving().getOrDefault(virtualStorage.name(), Map.of()).get(kind));
                var named = lenient(kind, name, before.configuration(), offers, refusals, made);
                named.ifPresent(_ -> missing.remove(new Missing(virtualStorage.name(), kind)));
                var what = new Missing(virtualStorage.name(), kind);
                Instance next = named.orElseGet(
                        () -> inPlaceOf(what, name, current, before, offers, refusals, made));
                tell(virtualStorage.name(), kind, current, next);
                instances.put(kind, next);
            });
            serving.put(virtualStorage.name(), instances);
        }
        return new Settlement(before.configuration(), serving, before.datastore());
    }

    private Optional<Instance> lenient(
            StrategyKind kind,
            StrategyName name,
            Configuration configuration,
            Offers offers,
            Refusals refusals,
            Map<Offer, Instance> made) {
        for (Offer offer : offers.candidates(kind, name)) {
            Instance known = made.get(offer);
            if (known != null) {
                return Optional.of(known);
            }
            if (!refusals.contains(offer)) {
                try {
                    Instance instance = maker.make(offer, configuration);
                    made.put(offer, instance);
                    return Optional.of(instance);
                } catch (ConfigurationException refused) {
                    refusals.add(offer, refused);
                }
            }
        }
        return Optional.empty();
    }

    /// What the configuration names has vanished, or cannot be made.
    private Instance inPlaceOf(
            Missing what,
            StrategyName name,
            Instance current,
            Settlement before,
            Offers offers,
            Refusals refusals,
            Map<Offer, Instance> made) {
        StrategyName fallback = Objects.requireNonNull(defaults.strategies().get(what.kind()));
        var found = lenient(what.kind(), fallback, before.configuration(), offers, refusals, made);
        if (missing.add(what)) {
            LOG.atError()
                    .addKeyValue("virtual_storage", what.virtualStorage())
                    .addKeyValue("strategy", what.kind().key())
                    .log(
                            "{} strategy {} is gone: {}",
                            what.kind().key(),
                            name,
                            found.map(instance -> "the default, " + instance.offer() + ", takes its place")
                                    .orElse("there is no default either, so what served before goes on"));
        }
        return found.orElse(current);
    }

    private static void tell(VirtualStorage virtualStorage, StrategyKind kind, Instance current, Instance next) {
        if (!next.equals(current)) {
            LOG.atInfo()
                    .addKeyValue("virtual_storage", virtualStorage)
                    .addKeyValue("strategy", kind.key())
                    .log("strategy exchanged: {} serves instead of {}", next.offer(), current.offer());
        }
    }

    /// One try to serve a configuration.
    private final class Attempt {

        private final Configuration configuration;
        private final Offers offers;
        private final Map<Offer, Optional<Instance>> found = new HashMap<>();
        private final List<Instance> before;
        private final List<Instance> made = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();

        Attempt(Configuration configuration, Offers offers, Optional<Settlement> before) {
            this.configuration = configuration;
            this.offers = offers;
            this.before = before.map(settlement -> List.copyOf(settlement.instances()))
                    .orElse(List.of());
        }

        Optional<Instance> instance(StrategyKind kind, StrategyName name) {
            var candidates = offers.candidates(kind, name);
            if (candidates.isEmpty()) {
                String text = "no plug-in is the " + kind.key() + " strategy " + name + "; there are: "
                        + String.join(", ", offers.ids(kind));
                problems.add(new Problem(Problem.Stage.VALIDATING, name.at(), List.of(), text, text));
                return Optional.empty();
            }
            return found.computeIfAbsent(candidates.getFirst(), this::reusedOrMade);
        }

        private Optional<Instance> reusedOrMade(Offer offer) {
            try {
                var config = InstanceMaker.config(offer, configuration);
                for (Instance instance : before) {
                    if (instance.offer().equals(offer)
                            && instance.config().equals(config)
                            && instance.servesIn(configuration.cluster())) {
                        return Optional.of(instance);
                    }
                }
                Instance instance = maker.make(offer, configuration);
                made.add(instance);
                return Optional.of(instance);
            } catch (ConfigurationException wrong) {
                problems.addAll(wrong.problems());
                return Optional.empty();
            }
        }

        /// Records cannot move from one datastore to another while calls run.
        Optional<Instance> sameDatastore(Settlement settlement) throws ConfigurationException {
            Instance datastore = settlement.datastore();
            StrategyName name = configuration.datastore();
            if (!datastore.offer().answersTo(name)) {
                restartNeeded(name, "the datastore is " + datastore.offer() + " and cannot become " + name);
            } else if (!InstanceMaker.config(datastore.offer(), configuration).equals(datastore.config())) {
                restartNeeded(name, "what is configured for " + datastore.offer() + " has changed");
            }
            return Optional.of(datastore);
        }

        private void restartNeeded(StrategyName name, String what) {
            String text = what + " while the proxy runs: restart it";
            problems.add(new Problem(Problem.Stage.VALIDATING, name.at(), List.of(), text, text));
        }

        /// A mistake in the table of a plug-in that nobody uses now would come out at a bad time.
        void checkTablesOfOthers() throws ConfigurationException {
            for (String id : configuration.settings().ids()) {
                var named = offers.all().stream()
                        .filter(offer -> offer.id().equals(id) && offer.table().isEmpty())
                        .toList();
                if (named.isEmpty()) {
                    LOG.atWarn().log("[plugin.{}] is ignored: there is no such plug-in", id);
                }
                for (Offer offer : named) {
                    if (!found.containsKey(offer) && offers.hiddenBy(offer).isEmpty()) {
                        check(offer);
                    }
                }
            }
        }

        private void check(Offer offer) {
            try {
                InstanceMaker.config(offer, configuration);
            } catch (ConfigurationException wrong) {
                problems.addAll(wrong.problems());
            }
        }

        void throwIfWrong() throws ConfigurationException {
            if (!problems.isEmpty()) {
                throw new ConfigurationException(problems);
            }
        }
    }
}
