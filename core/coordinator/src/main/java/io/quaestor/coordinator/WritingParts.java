package io.quaestor.coordinator;

import io.quaestor.spi.plugin.Clock;

/// What writes that are voted on need.
///
/// @param transactions where they are found by their votes
/// @param intents      says that they are under way
/// @param lease        without which nothing may be permitted
/// @param underWay     keeps reads from seeing half of them
/// @param turns        lets them come one after another, where that is wanted
/// @param recorder     records who has them
/// @param leftovers    removes what failed creations left behind
/// @param background   where they may block
/// @param settings     limits
/// @param meters       counts
/// @param clock        the time
record WritingParts(
        Transactions transactions,
        IntentLedger intents,
        ProxyLease lease,
        WritesUnderWay underWay,
        Turns turns,
        WriteRecorder recorder,
        Leftovers leftovers,
        Background background,
        TransactionSettings settings,
        TransactionMeters meters,
        Clock clock) {}
