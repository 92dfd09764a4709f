package io.quaestor.simulation.engine;

import java.util.ArrayDeque;

/// Whose work something is: a process. When it dies, what it still wanted to do never happens, wherever it was. While it
/// is paused, nothing of it happens; afterwards it goes on where it was.
public final class Owner {

    private final String name;
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private boolean dead;
    private boolean paused;
    private int pauses;

    public Owner(String name) {
        this.name = name;
    }

    public void die() {
        dead = true;
        deferred.clear();
    }

    public boolean isDead() {
        return dead;
    }

    public void pause() {
        paused = true;
        pauses++;
    }

    /// How often it was paused so far.
    public int pauses() {
        return pauses;
    }

    public boolean isPaused() {
        return paused;
    }

    /// Whether it does anything now.
    public boolean isRunning() {
        return !dead && !paused;
    }

    /// Keeps something until it goes on. Nothing is kept for the dead.
    public void defer(Runnable work) {
        if (!dead) {
            deferred.add(work);
        }
    }

    /// Goes on: all that was kept can be done now.
    public void resume(Scheduler scheduler) {
        paused = false;
        while (!deferred.isEmpty()) {
            scheduler.ready(this, deferred.remove());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
