package io.quaestor.routing;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads stories: one line that says how the nodes of a repository are.
///
/// `P=5 a=5 b=4! c=- d=5u` means: the repository has generation 5; the primary `P` has it, so has `a`; `b` is outdated and
/// not reached; `c` has nothing; `d` has it and is not assigned. Further marks: `~` is reached by this proxy, though not
/// by most; `x` is not configured; `l` is about to be deleted. A line that begins with `>7` raises the generation of the
/// repository above that of all replicas; one without `P` has no primary.
final class Stories {

    static final VirtualStorage DEFAULT = new VirtualStorage("default");
    static final ReplicaPath PATH = new ReplicaPath("@cluster/repositories/6b/86/1");

    private Stories() {}

    /// What a story tells.
    record Story(ClusterView view, Placement placement) {}

    static Story read(String story) {
        return read(story, 0);
    }

    /// @param factor the replication factor that is configured
    static Story read(String story, int factor) {
        var replicas = new ArrayList<Replica>();
        var reached = new HashSet<NodeId>();
        var configured = new ArrayList<StorageName>();
        long generation = -1;
        for (var word : story.split(" ")) {
            if (word.startsWith(">")) {
                generation = Long.parseLong(word.substring(1));
                continue;
            }
            var name = new StorageName(word.substring(0, 1));
            var has = word.charAt(2) == '-' ? Generation.NONE : new Generation(word.charAt(2) - '0');
            var marks = word.substring(3);
            boolean isConfigured = !marks.contains("x");
            boolean isReached = isConfigured && !marks.contains("!");
            if (isConfigured) {
                configured.add(name);
            }
            if (isReached) {
                reached.add(new NodeId(DEFAULT, name));
            }
            replicas.add(new Replica(
                    name,
                    has,
                    isConfigured,
                    isConfigured && !marks.contains("u"),
                    isReached && !marks.contains("~"),
                    marks.contains("l"),
                    Optional.empty()));
            generation = Math.max(generation, has.value());
        }
        var primary = replicas.stream().map(Replica::storage).filter(s -> s.value().equals("P")).findFirst();
        var placement = new Placement(
                new RepositoryId(1),
                new RepositoryKey(DEFAULT, "a/b.git"),
                PATH,
                new Generation(generation),
                primary,
                Optional.empty(),
                replicas);
        var groups = Map.of(DEFAULT, new ClusterView.Group(configured, factor));
        return new Story(new ClusterView(groups, reached), placement);
    }

    /// What came of it, in as few words: `read P`, `write P with a b, later c`, or the reason of a refusal.
    static String tell(Route route) {
        return switch (route) {
            case Route.Read read -> "read " + read.node().storage();
            case Route.Write write -> "write " + names(write.primary(), write.secondaries(), write.lagging());
            case Route.Create create -> "create " + names(create.primary(), create.secondaries(), create.lagging());
            case Route.Maintenance maintenance ->
                "maintain "
                        + maintenance.nodes().stream()
                                .map(n -> n.storage().value())
                                .collect(Collectors.joining(" "));
            case Route.Storage storage -> "ask " + storage.node().storage();
            case Route.Refused refused -> refused.reason().text();
        };
    }

    private static String names(StorageName primary, List<StorageName> secondaries, List<StorageName> lagging) {
        return primary + list(" with ", secondaries) + list(", later ", lagging);
    }

    private static String list(String before, List<StorageName> names) {
        return names.isEmpty()
                ? ""
                : names.stream().map(StorageName::value).collect(Collectors.joining(" ", before, ""));
    }

    /// A strategy for tests: the first by name.
    static StorageName first(ReadRequest request) {
        return request.replicas().stream().min(Comparator.naturalOrder()).orElseThrow();
    }
}
