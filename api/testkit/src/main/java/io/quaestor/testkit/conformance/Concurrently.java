package io.quaestor.testkit.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs things at the same time, on real threads.
final class Concurrently {

    private static final long LIMIT_SECONDS = 60; // what hangs so long hangs for ever

    private Concurrently() {}

    /// @return what each of them answered, in the same order
    static <T> List<T> run(Callable<? extends T> one, Callable<? extends T> other) throws Exception {
        return run(List.of(one, other));
    }

    static <T> List<T> run(List<? extends Callable<? extends T>> all) throws Exception {
        var start = new CyclicBarrier(all.size());
        var tasks = new ArrayList<FutureTask<T>>();
        var threads = new ArrayList<Thread>();
        for (Callable<? extends T> one : all) {
            var task = new FutureTask<T>(() -> {
                start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                return one.call();
            });
            tasks.add(task);
            threads.add(Thread.ofVirtual().start(task));
        }
        try {
            var answers = new ArrayList<T>();
            for (FutureTask<T> task : tasks) {
                answers.add(task.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError("one of several at the same time failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("several at the same time hang", e);
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }
}
