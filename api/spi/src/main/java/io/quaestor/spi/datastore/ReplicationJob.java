package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.time.Instant;
import org.apiguardian.api.API;

/// A job that a worker has taken.
///
/// @param id           its number
/// @param job          what to do
/// @param attemptsLeft how often it may be taken again after this time
/// @param createdAt    when it was added
/// @param takenAt      when it was taken; with the number it says who holds it
@API(status = EXPERIMENTAL, since = "0.1")
public record ReplicationJob(long id, NewJob job, int attemptsLeft, Instant createdAt, Instant takenAt) {}
