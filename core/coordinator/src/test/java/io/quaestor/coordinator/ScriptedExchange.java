package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A client's call whose event loop is the thread of the test, and whose nodes answer what the test says.
final class ScriptedExchange implements Exchange {

    private static final long PATIENCE_SECONDS = 10; // of real time, for a test that hangs

    private final Map<String, String> headers = new HashMap<>();
    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final List<String> decisions = new ArrayList<>();
    private final Thread owner = Thread.currentThread();
    private @Nullable Forwarding forwarding;
    private byte @Nullable [] answer;
    private @Nullable Failure failure;

    ScriptedExchange with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public String correlationId() {
        return "correlation-1";
    }

    @Override
    public void execute(Runnable task) {
        loop.add(task);
    }

    @Override
    public boolean isOver() {
        return failure != null || answer != null;
    }

    @Override
    public void forward(Forwarding forwarding) {
        decide("forward");
        this.forwarding = forwarding;
    }

    @Override
    public void answer(byte[] message) {
        decide("answer");
        this.answer = message;
    }

    @Override
    public void fail(Failure failure) {
        decide("fail");
        this.failure = failure;
    }

    private void decide(String decision) {
        assertThat(Thread.currentThread()).as("event loop of the call").isSameAs(owner);
        decisions.add(decision);
        assertThat(decisions).as("exactly one decision").hasSize(1);
    }

    boolean isDecided() {
        return !decisions.isEmpty();
    }

    /// Turns the event loop until the call is forwarded, answered or refused.
    ScriptedExchange awaitDecision() throws InterruptedException {
        while (!isDecided()) {
            var task = loop.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (task == null) {
                throw new AssertionError("the call was neither forwarded nor answered nor refused");
            }
            task.run();
        }
        return this;
    }

    Forwarding forwarding() throws InterruptedException {
        awaitDecision();
        assertThat(failure).isNull();
        return Objects.requireNonNull(forwarding, "the call was not forwarded");
    }

    Failure failure() throws InterruptedException {
        awaitDecision();
        return Objects.requireNonNull(failure, "the call was not refused");
    }

    byte[] answer() throws InterruptedException {
        awaitDecision();
        assertThat(failure).isNull();
        return Objects.requireNonNull(answer, "the call was not answered");
    }

    Destination destination() throws InterruptedException {
        return forwarding().destinations().getFirst();
    }

    /// The names of the storages that the call goes to.
    List<String> storages() throws InterruptedException {
        return forwarding().destinations().stream()
                .map(d -> d.node().storage().value())
                .toList();
    }

    /// Lets all destinations say OK.
    Result succeed() throws InterruptedException {
        return end(StatusCode.OK, true, true);
    }

    /// Ends the call at all destinations.
    Result end(StatusCode status, boolean reached, boolean answered) throws InterruptedException {
        var ends = new ArrayList<DestinationEnd>();
        for (var destination : forwarding().destinations()) {
            ends.add(new DestinationEnd(destination.node(), status, status == StatusCode.OK ? "" : "said so", reached, answered));
        }
        return end(ends);
    }

    Result end(List<DestinationEnd> ends) throws InterruptedException {
        var result = new Result();
        forwarding().ended(ends, result);
        return result;
    }

    /// What the client is told at the end.
    static final class Result implements Completion {

        private final CompletableFuture<String> told = new CompletableFuture<>();

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
            if (!told.complete(what)) {
                throw new AssertionError("the call was ended twice: " + what);
            }
        }

        boolean isTold() {
            return told.isDone();
        }

        String await() throws InterruptedException {
            try {
                return told.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new AssertionError("the call did not end", e);
            }
        }
    }
}
