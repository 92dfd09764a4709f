package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.util.Optional;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Remembers what must survive the proxy: repositories, replicas, primaries, jobs, health. A few small stores, each with
/// its own contract.
///
/// **Threads:** every method of every store may be called from many virtual threads at once.
///
/// **Blocking:** allowed, within time limits of the datastore's own; a wait ends when the thread is interrupted. An
/// [InterruptedException] means that nothing was changed; where that is not known, it is a
/// [DatastoreUnavailableException] in doubt.
///
/// **Failure:** [DatastoreException] and nothing else; its type says whether trying again helps. **Atomic** means: for
/// all proxies that share the datastore, and also if this process dies in the middle.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Datastore extends AutoCloseable {

    /// Connects and checks that the datastore can be used. Called once, before any store.
    ///
    /// @throws DatastoreRefusedException     if an operator must do something first; the message says what
    /// @throws DatastoreUnavailableException if it cannot be reached
    void start() throws InterruptedException;

    /// Repositories and what each of their replicas has.
    Repositories repositories();

    /// Where repositories are: what a route is made of.
    Placements placements();

    /// Who is the primary of each repository.
    Primaries primaries();

    /// What has to be repaired, by whom it is being repaired.
    ReplicationJobs replicationJobs();

    /// Which nodes are reached, as seen by all proxies.
    NodeHealth nodeHealth();

    /// Which writes are under way. Empty where they cannot be kept, for example because the right to make the tables is
    /// missing; then a proxy that dies may leave replicas that differ and are called up to date.
    Optional<Intents> intents();

    /// Whose turn it is to write. Empty where [#intents] is.
    Optional<WriteTurns> turns();

    /// The tables themselves, for the commands of the operator.
    Schema schema();

    /// Gives up all connections and threads. Calls under way fail with [DatastoreUnavailableException].
    @Override
    void close();
}
