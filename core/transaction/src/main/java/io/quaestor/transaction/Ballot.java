package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;

/// What a node casts.
///
/// @param voter which
public record Ballot(StorageName voter, Vote vote, VotePhase phase) {}
