package io.quaestor.routing;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.List;
import java.util.Optional;

/// Where an RPC goes, or why it goes nowhere.
public sealed interface Route {

    /// To one replica that may serve a read.
    ///
    /// @param complaint what was wrong with the answer of the reading strategy, so that chance had to decide; empty
    ///                  if nothing was
    record Read(NodeId node, ReplicaPath path, Optional<String> complaint) implements Route {}

    /// To the primary of a known repository.
    ///
    /// @param additionalPath where the second repository of the RPC lies; empty if it names none
    /// @param secondaries    assigned, up to date and reached
    /// @param lagging        assigned, and outdated or not reached
    record Write(
            RepositoryId id,
            RepositoryKey key,
            ReplicaPath path,
            Optional<ReplicaPath> additionalPath,
            StorageName primary,
            List<StorageName> secondaries,
            List<StorageName> lagging)
            implements Route {}

    /// To the first storages of a repository that does not exist yet.
    ///
    /// @param additionalPath where the second repository of the RPC lies; empty if it names none
    /// @param secondaries    reached, and to have the repository from the start
    /// @param lagging        to get it later
    /// @param assign         whether all of them are to be recorded as assigned
    record Create(
            VirtualStorage virtualStorage,
            Optional<ReplicaPath> additionalPath,
            StorageName primary,
            List<StorageName> secondaries,
            List<StorageName> lagging,
            boolean assign)
            implements Route {}

    /// To every replica that can be reached.
    record Maintenance(ReplicaPath path, List<NodeId> nodes) implements Route {}

    /// To one node of a virtual storage.
    record Storage(NodeId node) implements Route {}

    /// Nowhere.
    record Refused(Refusal reason) implements Route {}
}
