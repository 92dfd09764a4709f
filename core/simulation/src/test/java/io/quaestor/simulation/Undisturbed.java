package io.quaestor.simulation;

/// Asks the datastore on whatever thread made a change, without a trace on it.
final class Undisturbed {

    private Undisturbed() {}

    /// What is asked.
    @FunctionalInterface
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    static <T> T ask(Question<T> question) {
        boolean interrupted = Thread.interrupted();
        try {
            return question.ask();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody else runs", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
