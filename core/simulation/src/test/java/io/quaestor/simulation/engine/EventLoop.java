package io.quaestor.simulation.engine;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/// One event loop: its tasks are done in order, one at a time, between those of others.
public final class EventLoop implements Executor {

    private final Scheduler scheduler;
    private final Owner owner;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    public EventLoop(Scheduler scheduler, Owner owner) {
        this.scheduler = scheduler;
        this.owner = owner;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (tasks.size() == 1) {
            scheduler.ready(owner, this::turn);
        }
    }

    private void turn() {
        tasks.element().run();
        tasks.remove();
        if (!tasks.isEmpty()) {
            scheduler.ready(owner, this::turn);
        }
    }
}
