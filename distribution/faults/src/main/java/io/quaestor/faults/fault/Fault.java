package io.quaestor.faults.fault;

import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.cluster.SmallDisk;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;

/// Something that happens to one process or machine. It is done at a random instant while clients write and read.
///
/// ```text
///   load begins ─▶ inject ─▶ meanwhile ─▶ heal ─▶ load ends ─▶ all replicas become alike ─▶ the history is judged
/// ```
///
/// **Blocking:** all methods that get a [Scene].
public sealed interface Fault
        permits NodeDies, NodeHangs, NodeIsLate, DiskIsFull, ProxyDies, ProxyHangs, DatabaseDies {

    /// As on the command line.
    String name();

    /// What happens, for people.
    String description();

    /// How many proxies run.
    default int proxies() {
        return 1;
    }

    /// Whether one node's storage must be on a [SmallDisk].
    default boolean needsSmallDisk() {
        return false;
    }

    /// Why it cannot be tried here; empty if it can.
    default Optional<String> obstacle(Cluster cluster) {
        return Optional.empty();
    }

    /// Chooses what is hurt.
    ///
    /// @param primary of a repository
    /// @return the name of a node or a proxy, or of neither; empty if that repository does not fit
    Optional<String> target(Cluster cluster, String primary, Random random);

    /// Hurts.
    void inject(Scene scene) throws IOException, InterruptedException;

    /// Waits, and looks at what must go on.
    void meanwhile(Scene scene) throws IOException, InterruptedException;

    /// Makes good what [#inject] did. It is called whatever failed before.
    void heal(Scene scene) throws IOException, InterruptedException;

    /// Looks back when the load has ended.
    default void judge(Scene scene) {}
}
