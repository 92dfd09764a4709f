package io.quaestor.spi.election;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import io.quaestor.spi.model.StorageName;
import org.apiguardian.api.API;

/// What a strategy decided. The reason is for the operator: it is logged and shown by `dataloss`.
@API(status = EXPERIMENTAL, since = "0.1")
public sealed interface ElectionDecision {

    /// Why it was decided so, in a few words without a full stop.
    String reason();

    /// `primary` is, or becomes, the primary.
    record Elected(StorageName primary, String reason) implements ElectionDecision {}

    /// Nobody can be primary. The repository stays read-only until the next election.
    record Vacant(String reason) implements ElectionDecision {}
}
