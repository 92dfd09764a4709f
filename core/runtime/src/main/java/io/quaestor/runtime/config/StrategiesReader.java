package io.quaestor.runtime.config;

import java.util.EnumMap;
import java.util.Map;

/// Interprets which strategies are used: `[strategies]` goes before Praefect's `failover.election_strategy`, and that
/// before the defaults of the distribution.
final class StrategiesReader {

    /// Praefect keeps another strategy than its one only with this key (OPS 1.1.7).
    private static final String OPT_IN =
            "i_understand_my_election_strategy_is_unsupported_and_will_be_removed_without_warning";

    private final Defaults defaults;
    private final Map<StrategyKind, StrategyName> chosen;

    StrategiesReader(Defaults defaults) {
        this.defaults = defaults;
        this.chosen = new EnumMap<>(defaults.strategies());
    }

    /// Reads what holds for the whole proxy.
    StrategiesReader read(Section root) {
        boolean optIn = root.truth(OPT_IN, false);
        Section failover = root.section("failover");
        if (failover.has("election_strategy")) {
            String name = failover.text("election_strategy", defaults.electionStrategy());
            if (!defaults.electionStrategies().contains(name)) {
                failover.wrong(
                        "election_strategy",
                        "not supported: \"" + name + "\"",
                        "invalid election strategy: \"" + name + "\"");
            }
            String used = optIn ? name : defaults.electionStrategy();
            chosen.put(
                    StrategyKind.ELECTION,
                    new StrategyName.OfPraefect(used, failover.at("election_strategy")));
        }
        choose(root.section("strategies"), chosen);
        return this;
    }

    StrategyName datastore() {
        return named(chosen, StrategyKind.DATASTORE);
    }

    /// What holds for one virtual storage.
    Map<StrategyKind, StrategyName> of(Section virtualStorage) {
        Section section = virtualStorage.section("strategies");
        if (section.has(StrategyKind.DATASTORE.key())) {
            section.wrong(StrategyKind.DATASTORE.key(), "there is one for the whole proxy: name it in [strategies]");
        }
        var result = new EnumMap<>(chosen);
        choose(section, result);
        result.remove(StrategyKind.DATASTORE);
        return result;
    }

    private static void choose(Section section, Map<StrategyKind, StrategyName> result) {
        for (StrategyKind kind : StrategyKind.values()) {
            String id = section.text(kind.key(), "");
            if (!id.isEmpty()) {
                result.put(kind, new StrategyName.Id(id, section.at(kind.key())));
            }
        }
        section.unknownKeys()
                .forEach(key -> section.wrong(
                        key, "no such strategy; there are election, reading, replication, datastore"));
    }

    private static StrategyName named(Map<StrategyKind, StrategyName> names, StrategyKind kind) {
        StrategyName name = names.get(kind);
        if (name == null) {
            throw new IllegalStateException("no default for " + kind);
        }
        return name;
    }
}
