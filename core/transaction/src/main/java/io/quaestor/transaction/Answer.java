package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;

/// A voter that waited is told something.
public record Answer(StorageName voter, VoteResult result) {}
