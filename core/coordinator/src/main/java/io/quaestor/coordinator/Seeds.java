package io.quaestor.coordinator;

import java.util.concurrent.atomic.AtomicLong;

/// Fresh random numbers, one for each decision, from one seed.
///
/// **Threads:** any. **Blocking:** never.
public final class Seeds {

    private final AtomicLong state;

    public Seeds(long seed) {
        state = new AtomicLong(seed);
    }

    /// The next number (SplitMix64, so that neighbours have nothing in common).
    public long next() {
        long z = state.addAndGet(0x9E3779B97F4A7C15L);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
