package io.quaestor.faults.fault;

import io.quaestor.faults.load.Subject;

/// A repository and the node that is its primary when a run begins.
public record Placed(Subject subject, String primary) {}
