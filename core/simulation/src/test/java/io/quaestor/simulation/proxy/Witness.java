package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;

/// Sees what really happens between proxies, nodes and the datastore, whatever anybody is told of it.
public interface Witness {

    /// The datastore has taken a record.
    void recorded(WriteRecord record, WriteResult result);

    /// Something was seen that must never be.
    void violated(String what);

    /// A node votes.
    ///
    /// @return the how manieth vote that it casts before a change
    int cast(String proxy, CastVote vote);

    /// A node has taken back a vote, or its connection was lost.
    void withdrawn(String proxy, CastVote vote);

    /// A node is told COMMIT.
    void committed(String proxy, CastVote vote, int round);

    /// A node is told ABORT.
    void aborted(String proxy, CastVote vote, int round);

    /// A node is told an error.
    void refused(String proxy, CastVote vote);
}
