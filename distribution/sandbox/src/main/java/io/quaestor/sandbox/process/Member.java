package io.quaestor.sandbox.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A process of the sandbox: a node or the proxy.
///
/// ```text
///               stop                     start
///  Running ─────────────▶ Stopped ─────────────────▶ Running
///     │ │ ──── kill ────▶ Killed
///     │ │ ─ by itself ──▶ Died
///     │ └── freeze ─▶ Frozen ── thaw ─▶ Running
/// ```
///
/// Thread-safe.
final class Member {

    enum State {
        STOPPED,
        RUNNING,
        FROZEN,
        KILLED,
        DIED
    }

    private final Launch launch;
    private final Probe probe;
    private final Duration stopLimit;
    private final Consumer<String> news;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Tether tether;
    private State state = State.STOPPED;
    private boolean awaited; // then whoever waits tells of its death

    /// @param stopLimit time to end by itself after SIGTERM
    /// @param news      told when it dies unasked; called on any thread
    Member(Launch launch, Probe probe, Duration stopLimit, Consumer<String> news) {
        this.launch = launch;
        this.probe = probe;
        this.stopLimit = stopLimit;
        this.news = news;
    }

    String name() {
        return launch.name();
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /// The process's id while there is a process.
    Optional<Long> pid() {
        lock.lock();
        try {
            return Optional.ofNullable(tether).filter(Tether::isAlive).map(Tether::pid);
        } finally {
            lock.unlock();
        }
    }

    /// Whoever starts it calls [#awaitReady] next, and is told there if it has died.
    void start() throws IOException, InterruptedException {
        lock.lock();
        try {
            var started = Tether.start(launch);
            tether = started;
            state = State.RUNNING;
            awaited = true; // from the start: it may die before anybody waits
            started.onExit().thenAccept(code -> ended(started, code));
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it answers.
    ///
    /// @throws SandboxException if it died meanwhile or the time is over; in the second case it goes on, and may answer yet
    void awaitReady(Duration limit) throws IOException, InterruptedException {
        var current = beginToWait();
        boolean ready = false;
        try {
            ready = probe.await(current::awaitEnd, limit);
        } finally {
            endWait(current);
        }
        if (!current.isAlive()) {
            throw new SandboxException(name() + " ended while it was starting; its log says\n" + logTail());
        }
        if (!ready) {
            throw new SandboxException(name() + " runs, but does not answer after " + limit.toSeconds()
                    + " s; it is left to go on, and `revive` waits for it again; its log says\n" + logTail());
        }
    }

    /// Brings it back, whatever has become of it, and waits until it answers.
    ///
    /// @return what was done
    /// @throws SandboxException as [#awaitReady] does
    String revive(Duration limit) throws IOException, InterruptedException {
        var before = state();
        switch (before) {
            case RUNNING -> {}
            case FROZEN -> thaw();
            case STOPPED, KILLED, DIED -> start();
        }
        awaitReady(limit);
        return name() + (before == State.RUNNING ? " is running" : " is back");
    }

    /// Asks it to end, and ends it if it does not.
    ///
    /// @return false if it had to be killed
    boolean stop() throws IOException, InterruptedException {
        return end(State.STOPPED, "TERM");
    }

    /// Ends it at once, as `kill -9` does.
    void kill() throws IOException, InterruptedException {
        end(State.KILLED, "KILL");
    }

    void freeze() throws IOException, InterruptedException {
        require(State.RUNNING);
        current().signal("STOP");
        become(State.FROZEN);
    }

    void thaw() throws IOException, InterruptedException {
        require(State.FROZEN);
        current().signal("CONT");
        become(State.RUNNING);
    }

    String logTail() {
        return LogTail.of(launch.log());
    }

    private boolean end(State goal, String signal) throws IOException, InterruptedException {
        Tether current;
        lock.lock();
        try {
            if (tether == null || !tether.isAlive()) {
                state = goal;
                return true;
            }
            current = tether;
            state = goal; // before the signal, so that the death is not news
        } finally {
            lock.unlock();
        }
        current.signal(signal);
        current.signal("CONT"); // a frozen process does not see SIGTERM
        if (current.awaitEnd(stopLimit)) {
            return true;
        }
        current.signal("KILL");
        current.awaitEnd(stopLimit);
        return false;
    }

    private void ended(Tether which, int code) {
        lock.lock();
        try {
            if (tether != which || (state != State.RUNNING && state != State.FROZEN)) {
                return;
            }
            state = State.DIED;
            if (awaited) {
                return;
            }
        } finally {
            lock.unlock();
        }
        news.accept(name() + " died, exit code " + code + "; its log ends with\n" + logTail());
    }

    private Tether beginToWait() throws SandboxException {
        lock.lock();
        try {
            awaited = true;
            return current();
        } finally {
            lock.unlock();
        }
    }

    private void endWait(Tether current) {
        lock.lock();
        try {
            awaited = false;
            if (tether == current && state == State.RUNNING && !current.isAlive()) {
                state = State.DIED; // also if that was not heard of yet
            }
        } finally {
            lock.unlock();
        }
    }

    private Tether current() throws SandboxException {
        lock.lock();
        try {
            if (tether == null) {
                throw new SandboxException(name() + " is not running");
            }
            return tether;
        } finally {
            lock.unlock();
        }
    }

    private void require(State wanted) throws SandboxException {
        var present = state();
        if (present != wanted) {
            throw new SandboxException(name() + " is " + lower(present) + ", not " + lower(wanted));
        }
    }

    private void become(State next) {
        lock.lock();
        try {
            if (state != State.DIED) {
                state = next;
            }
        } finally {
            lock.unlock();
        }
    }

    static String lower(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
