package io.quaestor.routing;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;

/// Who can vote with whom, while a fleet is being upgraded (D19 7.3). A node whose release is not known yet is taken for
/// one like the others: that is so for some milliseconds after it came back.
public final class VoteFamilies {

    private VoteFamilies() {}

    /// Whether two nodes cast the same votes for the same change.
    static boolean areAlike(ClusterView view, VirtualStorage virtualStorage, StorageName one, StorageName other) {
        var first = view.releases().get(new NodeId(virtualStorage, one));
        var second = view.releases().get(new NodeId(virtualStorage, other));
        return first == null || second == null || first.votesLike(second);
    }

    /// Whether some of these nodes cast PREPARING votes and others do not.
    public static boolean disagreeOnPreparing(
            ClusterView view, VirtualStorage virtualStorage, StorageName primary, List<StorageName> secondaries) {
        boolean some = false;
        boolean others = false;
        for (int i = -1; i < secondaries.size(); i++) {
            var release = view.releases().get(new NodeId(virtualStorage, i < 0 ? primary : secondaries.get(i)));
            some |= release != null && release.castsPreparing();
            others |= release != null && !release.castsPreparing();
        }
        return some && others;
    }
}
