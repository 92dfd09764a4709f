package io.quaestor.testkit.fake;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.datastore.NewJob;
import org.apiguardian.api.API;

/// A job as it lies in an [InMemoryDatastore], for a test to look at.
///
/// @param id           its number
/// @param job          what to do
/// @param state        what is happening to it
/// @param attemptsLeft how often it may still be taken
@API(status = EXPERIMENTAL, since = "0.1")
public record StoredJob(long id, NewJob job, State state, int attemptsLeft) {

    /// What is happening to a job.
    public enum State {
        /// It was never taken, or was handed back.
        WAITING,
        /// A worker has it.
        TAKEN,
        /// It failed and may be taken again later.
        FAILED
    }
}
