package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import org.apiguardian.api.API;

/// What a worker asks for.
///
/// @param target     for which node
/// @param count      how many at the most, one or more
/// @param retryAfter how long a job that failed rests before it is given out again
@API(status = EXPERIMENTAL, since = "0.1")
public record JobRequest(NodeId target, int count, Duration retryAfter) {}
