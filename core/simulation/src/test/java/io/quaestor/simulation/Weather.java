package io.quaestor.simulation;

/// How bad it gets.
///
/// @param seconds    how long it lasts
/// @param leastAway  how many seconds a node that died stays away, at least
/// @param mostAway   and at most
/// @param outageEach how many seconds pass between two losses of the datastore, at the most
record Weather(int seconds, int leastAway, int mostAway, int outageEach) {

    /// What the proxy has to get through as it is. Nodes stay away for longer than a record is tried (30 s): a node that
    /// is repaired while a write of before its death still waits for its record loses that write, and nobody notices as
    /// long as there are no write intents.
    static final Weather STORM = new Weather(60, 35, 50, 40);
}
