package io.quaestor.faults.load;

/// A commit that is yet to be written to a reference.
///
/// @param id     of the operation that writes it; it stands in the commit's message
/// @param commit its name
record Draft(String id, String commit) {}
