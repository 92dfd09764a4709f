package io.quaestor.coordinator;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What the client of a forwarded call is told at the end: once.
final class ScriptedResult implements Completion {

    private final AtomicReference<@Nullable String> told = new AtomicReference<>();
    private boolean offered;

    /// All nodes have ended, and the coordinator is asked what the client is told.
    void offer() {
        offered = true;
    }

    boolean isOffered() {
        return offered;
    }

    boolean isTold() {
        return told.get() != null;
    }

    /// `pass`, or a status with its text; `waits` as long as the client does.
    @Override
    public String toString() {
        var known = told.get();
        return known == null ? "waits" : known;
    }

    @Override
    public void pass() {
        tell("pass");
    }

    @Override
    public void fail(Failure failure) {
        tell(failure.code() + ": " + failure.text());
    }

    @Override
    public void override(Failure failure) {
        tell("override " + failure.code() + ": " + failure.text());
    }

    private void tell(String what) {
        if (!told.compareAndSet(null, what)) {
            throw new AssertionError("the call was ended twice: " + what);
        }
    }
}
