package io.quaestor.coordinator;

import io.quaestor.coordinator.WriteLedger.Announcement;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.NodeId;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Has a write recorded, makes this proxy's memory forget what was, and rings for the repair; then the client may hear of
/// it (P1). The memory forgets also if it is not known whether the write was recorded.
///
/// A client waits no longer than the ledger tries. A write that has an intent is recorded all the same, when the datastore
/// is back: nobody else would do it as long as this proxy lives (P2).
///
/// **Threads:** any; what blocks does so in virtual threads.
final class WriteRecorder {

    private static final String PREFIX = "increment generation: ";

    private final WriteLedger ledger;
    private final PlacementCache cache;
    private final RepairBell bell;
    private final Background background;
    private final Insistence insistence;

    WriteRecorder(
            WriteLedger ledger, PlacementCache cache, RepairBell bell, Background background, Insistence insistence) {
        this.ledger = ledger;
        this.cache = cache;
        this.bell = bell;
        this.background = background;
        this.insistence = insistence;
    }

    /// Hears what becomes of a record. On a virtual thread, before the client is told.
    interface Listener {

        /// It was tried for as long as a client waits, with or without success.
        void tried();

        /// The datastore has said what became of it, and memory has forgotten what was.
        ///
        /// @param result `null` if that will never be known
        void settled(@Nullable WriteResult result);
    }

    /// @param intent of the write; empty if the datastore keeps none
    void record(WriteRecord record, Optional<Intent> intent, Completion completion, Listener listener) {
        var entry = ledger.announce(); // counted before this call can end, so that a stop waits for it
        background.complete(completion, PREFIX, () -> {
            WriteResult result = null;
            try {
                result = ledger.record(record);
            } finally {
                listener.tried();
                if (result == null && intent.isPresent()) {
                    cache.changed(record.key());
                    background.start(() -> goOn(record, intent.orElseThrow(), listener, entry));
                } else {
                    settle(record, result, listener, entry);
                }
            }
            var known = result;
            return known instanceof WriteResult.Recorded
                    ? completion::pass
                    : () -> completion.fail(Failures.of(known, record));
        });
    }

    /// What is to be done before a call ends whose write is not recorded; a stop waits for that too.
    void withoutRecord(Completion completion, Runnable task) {
        var entry = ledger.announce();
        background.complete(completion, "", () -> {
            try (entry) {
                task.run();
            }
            return completion::pass;
        });
    }

    /// Says that something is done for which a stop is to wait.
    Announcement announce() {
        return ledger.announce();
    }

    private void goOn(WriteRecord record, Intent intent, Listener listener, Announcement entry) {
        var result = new WriteResult[1];
        try {
            insistence.goOn(
                    intent.life(), "the record of intent " + intent.id().value(), () -> result[0] = ledger.record(record));
        } finally {
            settle(record, result[0], listener, entry);
        }
    }

    private void settle(WriteRecord record, @Nullable WriteResult result, Listener listener, Announcement entry) {
        try (entry) {
            cache.changed(record.key());
            if (result instanceof WriteResult.Recorded) {
                ring(record);
            }
            listener.settled(result);
        }
    }

    private void ring(WriteRecord record) {
        for (var storage : new TreeSet<>(record.outdated())) { // sets of the JDK have another order in each process
            bell.ring(new NodeId(record.key().virtualStorage(), storage));
        }
    }
}
