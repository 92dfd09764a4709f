package io.quaestor.coordinator;

/// Lets the simulation look into a coordinator.
public final class Idleness {

    private Idleness() {}

    /// Whether no transaction is open, no write is under way, and none waits for its record.
    public static boolean of(Coordinator coordinator) throws InterruptedException {
        return coordinator.isIdle();
    }
}
