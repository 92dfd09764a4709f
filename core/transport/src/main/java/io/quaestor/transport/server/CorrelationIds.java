package io.quaestor.transport.server;

import io.quaestor.spi.plugin.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// Makes ids for requests that bring none: 26 characters that sort by time, as GitLab's programs make them (OPS 5.4).
final class CorrelationIds {

    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray(); // Crockford's
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;

    private final Clock clock;
    private final AtomicLong seeds;

    CorrelationIds(Clock clock, long seed) {
        this.clock = clock;
        this.seeds = new AtomicLong(seed);
    }

    String next() {
        char[] id = new char[TIME_DIGITS + RANDOM_DIGITS];
        write(id, 0, TIME_DIGITS, clock.now().toEpochMilli());
        write(id, TIME_DIGITS, RANDOM_DIGITS / 2, mixed());
        write(id, TIME_DIGITS + RANDOM_DIGITS / 2, RANDOM_DIGITS / 2, mixed());
        return new String(id);
    }

    private static void write(char[] id, int start, int length, long value) {
        for (int i = start + length - 1; i >= start; i--) {
            id[i] = DIGITS[(int) (value & 31)];
            value >>>= 5;
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private long mixed() {
        long z = seeds.addAndGet(0x9e3779b97f4a7c15L);
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
