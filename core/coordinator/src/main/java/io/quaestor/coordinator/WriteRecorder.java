package io.quaestor.coordinator;

import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.NodeId;
import java.util.TreeSet;

/// Has a write recorded, makes this proxy's memory forget what was, and rings for the repair; then the client may hear of
/// it (P1). The memory forgets also if it is not known whether the write was recorded.
final class WriteRecorder {

    private static final String PREFIX = "increment generation: ";

    private final WriteLedger ledger;
    private final PlacementCache cache;
    private final RepairBell bell;
    private final Background background;

    WriteRecorder(WriteLedger ledger, PlacementCache cache, RepairBell bell, Background background) {
        this.ledger = ledger;
        this.cache = cache;
        this.bell = bell;
        this.background = background;
    }

    /// @param recorded runs on a virtual thread when the record is made and the memory has forgotten, before the client is
    ///                 told; also if it could not be made
    void record(WriteRecord record, Completion completion, Runnable recorded) {
        var entry = ledger.announce(); // counted before this call can end, so that a stop waits for it
        background.complete(completion, PREFIX, () -> {
            try {
                var result = ledger.record(record);
                if (result instanceof WriteResult.Recorded) {
                    ring(record);
                    return completion::pass;
                }
                return () -> completion.fail(Failures.of(result));
            } finally {
                cache.changed(record.key());
                recorded.run();
                entry.close();
            }
        });
    }

    private void ring(WriteRecord record) {
        for (var storage : new TreeSet<>(record.outdated())) { // sets of the JDK have another order in each process
            bell.ring(new NodeId(record.key().virtualStorage(), storage));
        }
    }
}
