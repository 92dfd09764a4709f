package io.quaestor.admin;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.StorageName;
import java.util.List;

/// Which replicas of a repository could be its primary, as the fleet sees them (DS 1.6).
public final class ValidPrimaries {

    private ValidPrimaries() {}

    /// Replicas that are up to date, whose nodes most proxies reach, and that no live job is to delete; of these the
    /// assigned ones, or all if none is assigned.
    ///
    /// @return in the order of the placement; empty if the repository is not available
    public static List<StorageName> of(Placement placement) {
        var qualified = placement.replicas().stream()
                .filter(r -> placement.isUpToDate(r) && r.healthy() && !r.leaving())
                .toList();
        boolean anyAssigned = qualified.stream().anyMatch(Replica::assigned);
        return qualified.stream()
                .filter(r -> r.assigned() || !anyAssigned)
                .map(Replica::storage)
                .toList();
    }
}
