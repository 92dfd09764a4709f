package io.quaestor.coordinator;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// A datastore that only records writes, remembers in which groups they came, and lets each group wait for the test.
final class GroupStore {

    /// What comes of one group.
    @FunctionalInterface
    interface Behaviour {
        List<WriteResult> record(List<WriteRecord> records) throws InterruptedException;
    }

    private final Semaphore permits = new Semaphore(0);
    private final Semaphore arrivals = new Semaphore(0);
    private final List<List<WriteRecord>> groups = new CopyOnWriteArrayList<>();
    private final Queue<Behaviour> planned = new ArrayDeque<>();

    /// Lets a group fail, or answer something else. Several happen in order; without any, all is recorded.
    GroupStore then(Behaviour behaviour) {
        planned.add(behaviour);
        return this;
    }

    /// Waits until that many groups have come since the last time.
    void awaitGroups(int count) throws InterruptedException {
        arrivals.acquire(count);
    }

    /// Lets groups go on.
    void permit(int count) {
        permits.release(count);
    }

    /// The groups that have come, by paths, as in `[a b, c]`.
    List<String> groups() {
        return groups.stream()
                .map(g -> g.stream().map(r -> r.key().relativePath()).sorted().collect(Collectors.joining(" ")))
                .toList();
    }

    List<WriteResult> record(List<WriteRecord> records) throws InterruptedException {
        groups.add(records);
        arrivals.release();
        permits.acquire();
        var behaviour = planned.poll();
        return behaviour != null ? behaviour.record(records) : recorded(records);
    }

    static List<WriteResult> recorded(List<WriteRecord> records) {
        return records.stream()
                .<WriteResult>map(r -> new WriteResult.Recorded(new Generation(r.id().value())))
                .toList();
    }

    Datastore datastore() {
        var repositories = stub(Repositories.class, "record", (_, _, arguments) -> record(records(arguments)));
        return stub(Datastore.class, "repositories", (_, _, _) -> repositories);
    }

    @SuppressWarnings("unchecked")
    private static List<WriteRecord> records(Object[] arguments) {
        return (List<WriteRecord>) arguments[0];
    }

    private static <T> T stub(Class<T> type, String only, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            if (!method.getName().equals(only)) {
                throw new AssertionError("nobody should call " + method);
            }
            return handler.invoke(self, method, arguments);
        }));
    }
}
