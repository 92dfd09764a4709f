package io.quaestor.simulation.replay;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.testkit.fake.StoredJob;
import java.util.List;

/// What a datastore knows at one instant.
public record Records(List<Placement> placements, List<StoredJob> jobs) {}
