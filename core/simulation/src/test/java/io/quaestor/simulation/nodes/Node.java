package io.quaestor.simulation.nodes;

import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import java.util.function.BiConsumer;

/// One storage node: a disk, and a process that dies, hangs and comes back.
public final class Node {

    private final NodeId id;
    private final Scheduler scheduler;
    private final Temper temper;
    private final Disk disk;
    private final Locks locks = new Locks();
    private Owner process;
    private int calls;

    /// @param temper   how it misbehaves
    /// @param observer told after each change of a replica
    Node(NodeId id, Scheduler scheduler, Temper temper, BiConsumer<Node, ReplicaPath> observer) {
        this.id = id;
        this.scheduler = scheduler;
        this.temper = temper;
        this.disk = new Disk(path -> observer.accept(this, path));
        this.process = new Owner(id.storage().value());
    }

    public NodeId id() {
        return id;
    }

    public Disk disk() {
        return disk;
    }

    /// The present process.
    public Owner process() {
        return process;
    }

    public boolean isUp() {
        return !process.isDead();
    }

    Temper temper() {
        return temper;
    }

    Locks locks() {
        return locks;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /// How many calls are being served.
    public int calls() {
        return calls;
    }

    /// How many references somebody is about to change.
    public int lockCount() {
        return locks.count();
    }

    void began() {
        calls++;
    }

    void ended() {
        calls--;
    }

    /// Does something some time later, if the process lives then.
    void later(Runnable work) {
        scheduler.after(temper.pause(), process, work);
    }

    /// The process ends in the middle of everything.
    public void die() {
        process.die();
        locks.clear();
        calls = 0;
    }

    /// A new process comes up.
    public void revive() {
        process = new Owner(id.storage().value());
    }

    @Override
    public String toString() {
        return id.storage().value();
    }
}
