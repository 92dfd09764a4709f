package io.quaestor.simulation.proxy;

import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.NodeHealth;
import io.quaestor.spi.datastore.Placements;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A datastore some milliseconds away: every call takes time before its change and after it, so that others come in
/// between. Sabotage sits here, since this is what the proxy believes.
final class SimulatedDatastore {

    private static final Duration OLD = Duration.ofSeconds(20);

    private final Datastore near;
    private final Scheduler scheduler;
    private final SimulatedClock clock;
    private final Owner owner;
    private final Chance chance;
    private final Sabotage sabotage;
    private final Map<Object, Object> remembered = new HashMap<>();
    private final Map<Object, Long> rememberedAt = new HashMap<>();

    SimulatedDatastore(
            Datastore near, Scheduler scheduler, SimulatedClock clock, Owner owner, Chance chance, Sabotage sabotage) {
        this.near = near;
        this.scheduler = scheduler;
        this.clock = clock;
        this.owner = owner;
        this.chance = chance;
        this.sabotage = sabotage;
    }

    /// A call of a store.
    @FunctionalInterface
    private interface Call {
        Object make() throws Throwable;
    }

    Datastore far() {
        return twin(Datastore.class, (method, arguments) -> switch (method.getName()) {
            case "repositories" -> far(Repositories.class, near.repositories());
            case "placements" -> far(Placements.class, near.placements());
            case "primaries" -> far(Primaries.class, near.primaries());
            case "replicationJobs" -> far(ReplicationJobs.class, near.replicationJobs());
            case "nodeHealth" -> far(NodeHealth.class, near.nodeHealth());
            default -> method.invoke(near, arguments);
        });
    }

    private <T> T far(Class<T> type, T store) {
        return twin(type, (method, arguments) -> {
            Call call = () -> method.invoke(store, arguments);
            return switch (method.getName()) {
                case "watch" -> call.make();
                case "record" -> record(store, method, arguments);
                case "find" -> find(arguments[0], call);
                default -> slowly(call);
            };
        });
    }

    private Object slowly(Call call) throws Throwable {
        clock.sleep(chance.millis(0, 4));
        try {
            return call.make();
        } finally {
            sleepThrough(chance.millis(0, 4)); // an interruption must not hide what was done
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

    private Object find(Object key, Call call) throws Throwable {
        if (sabotage != Sabotage.KEEP_OLD_PLACEMENTS) {
            return slowly(call);
        }
        if (!remembered.containsKey(key) || clock.nanos() - rememberedAt.get(key) > OLD.toNanos()) {
            remembered.put(key, slowly(call));
            rememberedAt.put(key, clock.nanos());
        }
        return remembered.get(key);
    }

    @SuppressWarnings("unchecked")
    private Object record(Object store, Method method, Object[] arguments) throws Throwable {
        var records = (List<WriteRecord>) arguments[0];
        if (sabotage == Sabotage.ANSWER_BEFORE_RECORD) {
            scheduler.after(chance.millis(1, 200), owner, () -> scheduler.threads(owner)
                    .newThread(() -> invokeAndForget(method, store, arguments))
                    .start());
            return records.stream()
                    .<WriteResult>map(r -> new WriteResult.Recorded(new Generation(0)))
                    .toList();
        }
        var told = records.stream().map(this::falsify).toList();
        return slowly(() -> method.invoke(store, told));
    }

    private WriteRecord falsify(WriteRecord record) {
        var all = new HashSet<StorageName>(record.upToDate());
        all.addAll(record.outdated());
        return switch (sabotage) {
            case CALL_ALL_UP_TO_DATE -> with(record, all, Set.of());
            case FORGET_JOBS -> with(record, record.upToDate(), Set.of());
            default -> record;
        };
    }

    private static WriteRecord with(WriteRecord record, Set<StorageName> upToDate, Set<StorageName> outdated) {
        return switch (record) {
            case WriteRecord.Update u ->
                new WriteRecord.Update(u.id(), u.key(), u.primary(), upToDate, outdated, u.correlationId());
            case WriteRecord.Creation c ->
                new WriteRecord.Creation(
                        c.id(), c.key(), c.path(), c.primary(), upToDate, outdated, c.assign(), c.correlationId());
        };
    }

    private static void invokeAndForget(Method method, Object store, Object[] arguments) {
        try {
            method.invoke(store, arguments);
        } catch (ReflectiveOperationException _) {
            // nobody hears of it: that is the defect
        }
    }

    /// What a twin does instead.
    @FunctionalInterface
    private interface Behaviour {
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T twin(Class<T> type, Behaviour behaviour) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return behaviour.on(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
