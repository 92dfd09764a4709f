package io.quaestor.simulation;

/// How bad it gets.
///
/// @param seconds    how long it lasts, at least
/// @param writes     how many writes clients send until it ends, at least
/// @param mostAway   for how many seconds a node that died stays away, at most
/// @param outageEach how many seconds pass between two losses of the datastore, at the most
/// @param losesCommits whether the datastore once forgets its last commits
record Weather(int seconds, int writes, int mostAway, int outageEach, boolean losesCommits) {

    /// What the proxy has to get through.
    static final Weather STORM = new Weather(40, 200, 20, 40, false);

    /// The same, and afterwards less is promised than otherwise.
    static final Weather FORGETFUL = new Weather(40, 200, 20, 40, true);

    /// One seed in so many is told with a datastore that forgets.
    private static final int ONE_IN = 10;

    static Weather of(long seed) {
        return seed % ONE_IN == 0 ? FORGETFUL : STORM;
    }
}
