package io.quaestor.runtime.config;

/// The work on repair jobs.
///
/// @param batchSize how many jobs are taken at once
/// @param workers   how many target storages are worked on at once for each virtual storage
public record ReplicationConfiguration(int batchSize, int workers) {}
