package io.quaestor.faults.load;

import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Read;
import io.quaestor.faults.history.Register;
import io.quaestor.faults.history.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Takes down what clients do. **Threads:** any.
public final class Recorder {

    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private int unansweredReads;

    synchronized void add(Write write) {
        writes.add(write);
    }

    synchronized void add(Read read) {
        reads.add(read);
    }

    synchronized void addUnansweredRead() {
        unansweredReads++;
    }

    public synchronized List<Write> writes() {
        return List.copyOf(writes);
    }

    public synchronized List<Read> reads() {
        return List.copyOf(reads);
    }

    public synchronized int unansweredReads() {
        return unansweredReads;
    }

    /// Whether a write that began after an instant was answered with OK.
    public synchronized boolean hasWrite(long after, Predicate<Write> which) {
        return writes.stream()
                .anyMatch(w -> w.outcome() == Outcome.OK && w.invoked() - after > 0 && which.test(w));
    }

    /// Whether a read that began after an instant was answered.
    public synchronized boolean hasRead(long after, Predicate<Register> which) {
        return reads.stream().anyMatch(r -> r.invoked() - after > 0 && which.test(r.register()));
    }
}
