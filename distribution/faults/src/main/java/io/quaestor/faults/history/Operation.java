package io.quaestor.faults.history;

/// Something that a client did. Times are nanoseconds of one monotonic clock for all clients.
public sealed interface Operation permits Write, Read {

    Register register();

    /// The proxy that it went through.
    String proxy();

    /// The value that it wrote or saw; see [Read#ABSENT].
    String value();

    /// Before its first byte was sent.
    long invoked();

    /// After its answer was there, or the wait for it was given up.
    long returned();
}
