package io.quaestor.faults.fault;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/// All faults that there are. Those with one proxy come first, so that the second is started once.
public final class Faults {

    public static final List<Fault> ALL = List.of(
            new NodeDies("kill-secondary", false),
            new NodeDies("kill-primary", true),
            new NodeHangs(),
            new NodeIsLate(),
            new DiskIsFull(),
            new DatabaseDies(),
            new ProxyDies("kill-proxy", 1),
            new ProxyDies("kill-proxy-of-two", 2),
            new ProxyHangs());

    private Faults() {}

    public static Optional<Fault> named(String name) {
        return ALL.stream().filter(fault -> fault.name().equals(name)).findFirst();
    }

    /// Chooses a node that is not the primary.
    static String secondary(List<String> nodes, String primary, Random random) {
        var others = nodes.stream().filter(node -> !node.equals(primary)).toList();
        return others.get(random.nextInt(others.size()));
    }
}
