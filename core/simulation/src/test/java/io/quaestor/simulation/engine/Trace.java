package io.quaestor.simulation.engine;

import java.util.ArrayDeque;

/// What happened: a hash of everything, and the last lines for whoever has to understand a failure.
public final class Trace {

    /// How many lines are shown of a failure: `-Dsimulation.trace=5000`.
    private static final int KEPT = Integer.getInteger("simulation.trace", 150);

    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L; // FNV-1a
    private long lines;

    void add(String line) {
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
        }
        lines++;
        last.add(line);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    /// Equal for two runs in which the same happened in the same order.
    public long hash() {
        return hash;
    }

    public long lines() {
        return lines;
    }

    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
