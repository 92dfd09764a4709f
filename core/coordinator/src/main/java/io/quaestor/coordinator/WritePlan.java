package io.quaestor.coordinator;

import io.quaestor.catalogue.OutsideVotes;
import io.quaestor.catalogue.Rpc;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a write is, before it is sent anywhere.
///
/// @param number         of the transaction, also if it is not voted on
/// @param rpc            which
/// @param id             number of the repository
/// @param key            its name
/// @param path           where its replicas lie
/// @param additionalPath where the second repository of the RPC lies; empty if it names none
/// @param expected       generation of the repository when the write was routed
/// @param primary        who answers the client
/// @param secondaries    up to date and reached
/// @param lagging        outdated or not reached
/// @param preparingApart whether not all of them cast PREPARING votes (D19 7.3)
/// @param creation       whether the repository is made by it
/// @param assign         whether a new repository is assigned to all storages named here
record WritePlan(
        long number,
        Rpc rpc,
        RepositoryId id,
        RepositoryKey key,
        ReplicaPath path,
        Optional<ReplicaPath> additionalPath,
        Generation expected,
        StorageName primary,
        List<StorageName> secondaries,
        List<StorageName> lagging,
        boolean preparingApart,
        boolean creation,
        boolean assign) {

    /// Whom to call, the primary first. What is not voted on goes to the primary alone (RT 1.8).
    List<NodeId> nodes() {
        var nodes = new ArrayList<NodeId>();
        nodes.add(new NodeId(key.virtualStorage(), primary));
        if (rpc.transactional()) {
            secondaries.forEach(s -> nodes.add(new NodeId(key.virtualStorage(), s)));
        }
        return nodes;
    }

    /// Who is not called.
    List<StorageName> absent() {
        if (rpc.transactional()) {
            return lagging;
        }
        var absent = new ArrayList<>(secondaries);
        absent.addAll(lagging);
        return absent;
    }

    /// Whether nodes may write without a permission.
    boolean writesOutsideVotes() {
        return !rpc.transactional() || rpc.outsideVotes() != OutsideVotes.NOTHING;
    }

    WriteRecord record(WriteOutcome.Changed outcome, String correlationId, Optional<IntentId> intent) {
        return creation
                ? new WriteRecord.Creation(
                        id,
                        key,
                        path,
                        outcome.reference(),
                        outcome.upToDate(),
                        outcome.outdated(),
                        assign,
                        correlationId,
                        intent)
                : new WriteRecord.Update(
                        id, key, outcome.reference(), outcome.upToDate(), outcome.outdated(), correlationId, intent);
    }
}
