package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// Which writes are under way, by which proxy, and whether that proxy lives. With it a proxy may die at any instant, and
/// no replica that misses a write is ever taken for up to date.
///
/// ```text
///  open ──Repositories.record──▶ recorded    the write has its record
///    ├────withdraw─────────────▶ withdrawn   nothing was written
///    └────settle───────────────▶ settled     its proxy died; the replicas were compared
/// ```
///
/// A life is *ended* when its lease is over by the datastore's clock, when the same proxy has begun another one, or when
/// others have settled or abandoned what it left behind. An open intent of an ended life makes its repository *suspect*:
/// [Placement#suspect()]. All instants are the datastore's.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Intents {

    /// Begins a life. Earlier lives of the same name on the same host end with this.
    ///
    /// @param lease how long the life lasts without being renewed
    ProxyLife join(ProxyIdentity proxy, Duration lease) throws InterruptedException;

    /// Prolongs a life, also one whose lease was over, as long as nobody has settled or abandoned what it left behind.
    /// Called about once a second.
    ///
    /// @param lease from now on
    /// @return `false` if another life of the same proxy has begun, if others took it for dead and acted on that, or if the
    ///         life is not known
    boolean renew(ProxyLife life, Duration lease) throws InterruptedException;

    /// Ends a life in order. It is forgotten, unless it still has open intents.
    void leave(ProxyLife life) throws InterruptedException;

    /// Opens intents. Each is atomic and durable when the method returns; one that was opened before, by a call whose
    /// outcome was in doubt, is found open. If the call fails, none of them is, as far as that is known.
    ///
    /// @param life    whose
    /// @param intents in any order
    /// @return what came of each, in the same order
    List<IntentResult> open(ProxyLife life, List<NewIntent> intents) throws InterruptedException;

    /// Ends intents of writes that were not made. One that is not there is never opened from now on, by a call that is
    /// still on its way: [#open] answers [IntentResult.Held]. Nothing happens to those that ended before.
    void withdraw(Collection<IntentId> intents) throws InterruptedException;

    /// Repositories that are suspect, and creations whose proxies died, oldest first. Called by every proxy, about once
    /// a second.
    ///
    /// @param ripeness when nodes can no longer write for the dead
    /// @param limit    how many at the most
    List<SuspectWrite> suspects(Ripeness ripeness, int limit) throws InterruptedException;

    /// Holds the writes to a suspect repository: from now on [#open] answers [IntentResult.Held] for it. One proxy at a
    /// time holds it; a hold of an ended life is taken over.
    ///
    /// @return `false` if another proxy holds it, the repository is not known, or that life has ended
    boolean hold(ProxyLife life, RepositoryId repository) throws InterruptedException;

    /// How many open intents of living proxies a repository has: writes for which a held repository still waits.
    int underWay(RepositoryId repository) throws InterruptedException;

    /// Ends the suspicion after the replicas were compared. Atomic: the open intents of ended lives end, and these lives are
    /// not renewed any more; the replicas that are equal to the reference and were up to date grow by one generation with
    /// the repository; all others become outdated with that, and those that should have the repository get a repair job
    /// from the reference. The hold ends.
    /// What was left behind only after the hold had begun does not end: nodes may still write for it, and the repository
    /// stays suspect. Holding it once more begins the hold anew.
    ///
    /// @return `false` if the repository is not held by that life, writes of living proxies are under way, or none of
    ///         those that are equal is up to date; then nothing was changed
    boolean settle(ProxyLife life, Settlement settlement) throws InterruptedException;

    /// Ends a hold without a settlement. Nothing happens if that life does not hold it.
    void release(ProxyLife life, RepositoryId repository) throws InterruptedException;

    /// Ends the intent of a creation whose proxy died: from now on it cannot be recorded, its files belong to nobody, and
    /// that life is not renewed any more. Nothing happens if it is not open, or if its life is living after all.
    ///
    /// @return `false` if it is open and its life is living
    boolean abandon(IntentId creation) throws InterruptedException;
}
