package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.coordinator.VoteReceiver.VoteReply;
import org.jspecify.annotations.Nullable;

/// What the voter of one vote, or whoever stops a transaction, is told: once, or never if it is taken back before.
final class CastReply implements VoteReply {

    private @Nullable String told;
    private boolean takenBack;
    private Runnable takeBack = () -> {};

    /// @param how takes the vote back
    CastReply takenBackBy(Runnable how) {
        takeBack = how;
        return this;
    }

    /// The voter does not wait any more.
    void takeBack() {
        takenBack = true;
        takeBack.run();
    }

    boolean isTold() {
        return told != null;
    }

    /// `COMMIT`, `ABORT`, `STOP` or an error status with its text; `waits` as long as there is no answer.
    @Override
    public String toString() {
        return told == null ? "waits" : told;
    }

    @Override
    public void committed() {
        tell("COMMIT");
    }

    @Override
    public void aborted() {
        tell("ABORT");
    }

    @Override
    public void stopped() {
        tell("STOP");
    }

    @Override
    public void failed(Failure failure) {
        tell(failure.code() + ": " + failure.text());
    }

    private void tell(String what) {
        assertThat(takenBack).as("taken back, then told " + what).isFalse();
        assertThat(told).as("told before it was told " + what).isNull();
        told = what;
    }
}
