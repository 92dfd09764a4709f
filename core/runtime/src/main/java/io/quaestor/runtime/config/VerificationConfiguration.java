package io.quaestor.runtime.config;

import java.time.Duration;

/// The look-out for replicas that are recorded but not there.
///
/// @param interval             time after which a replica is looked at again; zero or less for never
/// @param deleteInvalidRecords whether records of replicas that are not there are removed, or only told of
public record VerificationConfiguration(Duration interval, boolean deleteInvalidRecords) {

    /// Whether it is done at all.
    public boolean enabled() {
        return interval.isPositive();
    }
}
