package io.quaestor.simulation;

/// How bad it gets.
///
/// @param seconds    how long it lasts, at least
/// @param writes     how many writes clients send until it ends, at least
/// @param mostAway   for how many seconds a node that died stays away, at most
/// @param outageEach how many seconds pass between two losses of the datastore, at the most
record Weather(int seconds, int writes, int mostAway, int outageEach) {

    /// What the proxy has to get through.
    static final Weather STORM = new Weather(40, 200, 20, 40);
}
