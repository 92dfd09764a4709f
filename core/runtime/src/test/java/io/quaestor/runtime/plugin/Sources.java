package io.quaestor.runtime.plugin;

import io.quaestor.spi.datastore.Datastore;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Sources of small plug-ins for tests.
final class Sources {

    private static final String IMPORTS =
            """
            import io.quaestor.spi.datastore.*;
            import io.quaestor.spi.election.*;
            import io.quaestor.spi.model.*;
            import io.quaestor.spi.plugin.*;
            import io.quaestor.spi.reading.*;
            import io.quaestor.spi.replication.*;
            import java.time.Duration;
            import java.util.*;
            """;

    private static final TestJar BASE = makeBase();

    private Sources() {}

    /// A class with all imports of the API.
    static String of(String type, String text) {
        int dot = type.lastIndexOf('.');
        return "package " + type.substring(0, dot) + ";\n" + IMPORTS
                + text.replace("THIS", type.substring(dot + 1));
    }

    /// Reads go to the first replica. Says which version it is; one class is loaded late.
    static String reading(String type, String id, String version) {
        return of(
                type,
                """
                @StrategyProvider(id = "ID")
                public final class THIS implements ReadDistribution {
                    public StorageName choose(ReadRequest request) { return Late.first(request); }
                    @Override public String toString() { return "ID VERSION"; }
                    static final class Late {
                        static StorageName first(ReadRequest request) { return request.replicas().getFirst(); }
                    }
                }
                """
                        .replace("ID", id)
                        .replace("VERSION", version));
    }

    /// Everything that the defaults of tests name: `base` of each kind.
    static TestJar base() {
        return BASE;
    }

    private static TestJar makeBase() {
        return TestJar.bundle("test.base", "1.0.0")
                .strategy("base.Reads", reading("base.Reads", "base", "1"))
                .strategy(
                        "base.Elects",
                        of(
                                "base.Elects",
                                """
                                @StrategyProvider(id = "base", praefect = "per_repository")
                                public final class THIS implements ElectionStrategy {
                                    public ElectionDecision elect(ElectionRequest request) {
                                        return new ElectionDecision.Vacant("base");
                                    }
                                }
                                """))
                .strategy(
                        "base.Copies",
                        of(
                                "base.Copies",
                                """
                                @StrategyProvider(id = "base")
                                public final class THIS implements ReplicationTransport {
                                    public ReplicationResult copy(CopyTask task, NodeCalls nodes) {
                                        return new ReplicationResult.Postponed("base");
                                    }
                                    public void remove(RemovalTask task, NodeCalls nodes) {}
                                }
                                """))
                .strategy("base.Keeps", datastore("base.Keeps", "base", ""));
    }

    /// A datastore that keeps nothing, with a record of one key.
    static String datastore(String type, String id, String table) {
        return of(
                type,
                """
                @StrategyProvider(id = "ID", table = "TABLE")
                public final class THIS implements Datastore {
                    public record Config(String host) {
                        public static Config defaults() { return new Config("localhost"); }
                    }
                    private final Config config;
                    public THIS(Config config, PluginContext context) { this.config = config; }
                    METHODS
                    @Override public String toString() { return "ID at " + config.host(); }
                }
                """
                        .replace("ID", id)
                        .replace("TABLE", table)
                        .replace("METHODS", methods(Datastore.class)));
    }

    /// Does nothing, or refuses, in every method of an interface.
    private static String methods(Class<?> contract) {
        return Arrays.stream(contract.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(method -> "public " + method.getReturnType().getCanonicalName() + " " + method.getName() + "() "
                        + (method.getReturnType() == void.class
                                ? "{}"
                                : "{ throw new UnsupportedOperationException(); }"))
                .collect(Collectors.joining("\n"));
    }
}
