package io.quaestor.runtime.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is used where the configuration names no strategy. It stands in a file of the distribution, `conf/defaults.toml`,
/// so that no name of a strategy stands in the code:
///
/// ```toml
/// [strategies]                        # all four are required
/// election = "per_repository"
/// reading = "random"
/// replication = "gitaly"
/// datastore = "postgres"
///
/// [praefect]
/// election_strategies = ["per_repository", "sql", "local"]   # what failover.election_strategy may say
/// election_strategy = "per_repository"                       # what it means unless the long opt-in key is set
/// ```
///
/// @param strategies         a name for each kind
/// @param electionStrategies the names that Praefect knows
/// @param electionStrategy   the one that Praefect puts in the place of all others (OPS 1.1.7)
public record Defaults(
        Map<StrategyKind, StrategyName> strategies, Set<String> electionStrategies, String electionStrategy) {

    public Defaults {
        strategies = Map.copyOf(strategies);
        electionStrategies = Set.copyOf(electionStrategies);
    }

    /// Reads the file.
    ///
    /// @throws ConfigurationException if it is not there, or something is missing in it
    public static Defaults load(Path file) throws ConfigurationException {
        var problems = new Problems();
        var root = new Section(TomlSource.read(file), List.of(), problems);
        var strategies = new EnumMap<StrategyKind, StrategyName>(StrategyKind.class);
        var section = root.section("strategies");
        for (StrategyKind kind : StrategyKind.values()) {
            String id = section.text(kind.key(), "");
            if (id.isEmpty()) {
                section.wrong(kind.key(), "not set");
            }
            strategies.put(kind, new StrategyName.Id(id, section.at(kind.key())));
        }
        var praefect = root.section("praefect");
        var names = new HashSet<>(praefect.texts("election_strategies", List.of()));
        String forced = praefect.text("election_strategy", "");
        if (!names.contains(forced)) {
            praefect.wrong("election_strategy", "not one of praefect.election_strategies: \"" + forced + "\"");
        }
        problems.throwIfAny();
        return new Defaults(strategies, names, forced);
    }
}
