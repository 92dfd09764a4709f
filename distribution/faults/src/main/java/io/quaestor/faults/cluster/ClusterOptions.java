package io.quaestor.faults.cluster;

import java.nio.file.Path;
import java.util.Optional;

/// @param data      where everything is kept; empty or not there
/// @param quaestor  the proxies' program
/// @param gitaly    what runs as nodes; empty for the sandbox's own
/// @param proxies   how many are started
/// @param smallDisk whether one node gets a small disk, if it can be made here
public record ClusterOptions(
        Path data, Path quaestor, Optional<Path> gitaly, int proxies, boolean smallDisk, Limits limits) {}
