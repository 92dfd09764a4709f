package io.quaestor.coordinator;

import io.quaestor.transaction.WriteAttempt;

/// Puts the end of a call into the words of those who judge writes.
final class Ends {

    private Ends() {}

    static WriteAttempt.End of(DestinationEnd end) {
        if (end.isOk()) {
            return WriteAttempt.End.OK;
        }
        if (!end.reached()) {
            return WriteAttempt.End.NOT_REACHED;
        }
        return end.answered() ? WriteAttempt.End.FAILED : WriteAttempt.End.VANISHED;
    }
}
