package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Lets writes to one repository come one after another, over all proxies, for virtual storages that want it. No
/// connection is held while a turn lasts. A turn of a life that has ended (see [Intents]) is free.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface WriteTurns {

    /// Takes a turn if it is free, or is held by the same holder already.
    ///
    /// @return whether it was taken
    boolean take(WriteTurn turn) throws InterruptedException;

    /// Ends a turn. Nothing happens if somebody else has it.
    void end(WriteTurn turn) throws InterruptedException;
}
