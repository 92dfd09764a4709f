package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.time.Duration;
import org.apiguardian.api.API;

/// When it is certain that no node can still write for a proxy that died (architecture: write intents, rule 3).
///
/// @param afterLease  after the end of the lease: nodes wait so long for the answer to a vote
/// @param afterReturn after the same proxy is back on the same host: its sockets are closed, and its nodes have seen it
@API(status = EXPERIMENTAL, since = "0.1")
public record Ripeness(Duration afterLease, Duration afterReturn) {}
