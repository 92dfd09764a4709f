package io.quaestor.health;

import java.time.Duration;

/// What follows from something that was seen of a node.
sealed interface Verdict {

    /// Nothing new.
    Verdict UNCHANGED = new Unchanged();

    /// Nothing new.
    record Unchanged() implements Verdict {}

    /// The node is now healthy, or no longer.
    record Changed(boolean healthy, String reason) implements Verdict {}

    /// Bad news that took so long that the proxy itself must have stood still; the view of the node stands.
    record NotBelieved(Duration took) implements Verdict {}
}
