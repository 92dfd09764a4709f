package io.quaestor.spi.model;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import org.apiguardian.api.API;

/// How many writes a repository, or one of its replicas, has seen. A replica is up to date if, and only if, its
/// generation equals that of its repository (DS 2.1).
///
/// @param value zero for a new repository; -1 where nothing is recorded, see [#NONE]
@API(status = EXPERIMENTAL, since = "0.1")
public record Generation(long value) implements Comparable<Generation> {

    /// No replica is recorded (DS 2.1).
    public static final Generation NONE = new Generation(-1);

    public Generation {
        if (value < -1) {
            throw new IllegalArgumentException("generation below -1: " + value);
        }
    }

    public Generation next() {
        return new Generation(value + 1);
    }

    public boolean isRecorded() {
        return value >= 0;
    }

    @Override
    public int compareTo(Generation other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
