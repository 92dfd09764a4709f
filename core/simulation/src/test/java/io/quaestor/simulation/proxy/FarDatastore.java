package io.quaestor.simulation.proxy;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteTurns;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A datastore some milliseconds away: every call takes time before its change and after it, so that others come in
/// between, and the proxy may die or be paused there.
final class FarDatastore {

    private final Datastore near;
    private final SimulatedClock clock;
    private final Owner owner;
    private final Chance chance;
    private final Points points;
    private final StoreSabotage sabotage;

    FarDatastore(
            Datastore near, SimulatedClock clock, Owner owner, Chance chance, Points points, StoreSabotage sabotage) {
        this.near = near;
        this.clock = clock;
        this.owner = owner;
        this.chance = chance;
        this.points = points;
        this.sabotage = sabotage;
    }

    Datastore datastore() {
        return Twin.of(Datastore.class, (method, arguments) -> switch (method.getName()) {
            case "repositories" -> far(Repositories.class, near.repositories());
            case "placements" -> far(Placements.class, near.placements());
            case "primaries" -> far(Primaries.class, near.primaries());
            case "replicationJobs" -> far(ReplicationJobs.class, near.replicationJobs());
            case "nodeHealth" -> far(NodeHealth.class, near.nodeHealth());
            case "intents" -> near.intents().map(intents -> far(Intents.class, intents));
            case "turns" -> near.turns().map(turns -> far(WriteTurns.class, turns));
            default -> method.invoke(near, arguments);
        });
    }

    private <T> T far(Class<T> type, T store) {
        return Twin.of(type, (method, arguments) -> {
            if (method.getName().equals("watch")) {
                return method.invoke(store, arguments);
            }
            return sabotage.instead(method, arguments, given -> slowly(method, () -> method.invoke(store, given)));
        });
    }

    /// A call of a store.
    @FunctionalInterface
    private interface Call {
        Object make() throws Throwable;
    }

    private Object slowly(Method method, Call call) throws Throwable {
        clock.sleep(chance.millis(0, 4));
        pass(before(method.getName()));
        try {
            return call.make();
        } finally {
            pass(after(method.getName()));
            sleepThrough(chance.millis(0, 4)); // an interruption must not hide what was done
        }
    }

    /// A proxy that ends or is paused here does so before its next step.
    private void pass(Optional<Point> point) {
        point.ifPresent(points::pass);
        if (!owner.isRunning()) {
            sleepThrough(Duration.ZERO);
        }
    }

    private void sleepThrough(Duration duration) {
        boolean interrupted = Thread.interrupted();
        try {
            clock.sleep(duration);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Point> before(String method) {
        return Optional.ofNullable(pointBefore(method));
    }

    private static @Nullable Point pointBefore(String method) {
        return switch (method) {
            case "open" -> Point.BEFORE_INTENT;
            case "record" -> Point.BEFORE_RECORD;
            case "replace" -> Point.BEFORE_ELECTION;
            case "recordCopy" -> Point.BEFORE_COPY_RECORD;
            case "settle" -> Point.BEFORE_SETTLEMENT;
            case "release" -> Point.BEFORE_RELEASE;
            case "withdraw" -> Point.BEFORE_WITHDRAWAL;
            case "renew" -> Point.BEFORE_RENEWAL;
            default -> null;
        };
    }

    private static Optional<Point> after(String method) {
        return Optional.ofNullable(pointAfter(method));
    }

    private static @Nullable Point pointAfter(String method) {
        return switch (method) {
            case "open" -> Point.AFTER_INTENT;
            case "record" -> Point.AFTER_RECORD;
            case "replace" -> Point.AFTER_ELECTION;
            case "recordCopy" -> Point.AFTER_COPY_RECORD;
            case "hold" -> Point.AFTER_HOLD;
            case "settle" -> Point.AFTER_SETTLEMENT;
            case "join" -> Point.AFTER_JOIN;
            default -> null;
        };
    }
}
