package io.quaestor.repair;

import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What the workers of one node do next.
///
/// New jobs are taken when none is waiting, and the node is reached; at once after jobs went well or somebody woke the
/// lane, else with growing pauses. A job that cannot be done now rests here, so that the datastore does not give it out
/// again in the same moment; others are done meanwhile.
///
/// It has no lock, no clock and no thread. Whoever holds it serialises the calls and says the time.
final class LaneQueue {

    /// Pauses while nothing is to be done, or nothing goes well: 1, 2, 4, 5, 5 … seconds (RT 6.3).
    private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();

    private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

    /// Each is one row that this proxy keeps alive. Beyond, jobs fail and rest in the datastore.
    static final int MOST_RESTING = 100;

    private final long restFor;
    private final Deque<ReplicationJob> waiting = new ArrayDeque<>();
    private final Deque<Resting> resting = new ArrayDeque<>(); // what is due comes first
    private boolean taking;
    private boolean awake;
    private long pause;
    private long nextTake;

    private record Resting(ReplicationJob job, long until) {

        boolean isOf(RepositoryId repository) {
            return job.job().repository().equals(repository);
        }
    }

    /// What a worker is to do.
    sealed interface Step {}

    /// Take a batch, and say what came of it by [#taken].
    record Take() implements Step {}

    /// Do a job, and say what came of it by [#ended] or [#rest(ReplicationJob, long)].
    record Run(ReplicationJob job) implements Step {}

    /// Give a job back that is not to be done now.
    record GiveBack(ReplicationJob job) implements Step {}

    /// @param now in nanoseconds; the first batch is due at once
    LaneQueue(Duration restFor, long now) {
        this.restFor = restFor.toNanos();
        nextTake = now;
    }

    /// Decides for one worker.
    ///
    /// @param reached whether this proxy reaches the node
    /// @param stops   whether everything is to be given back
    /// @return empty if there is nothing to do before the end of [#rest(long)]
    Optional<Step> next(long now, boolean reached, boolean stops) {
        boolean away = stops || !reached;
        if (!resting.isEmpty() && (away || now - resting.peekFirst().until() >= 0)) {
            return Optional.of(new GiveBack(resting.removeFirst().job()));
        }
        if (!waiting.isEmpty()) {
            var job = waiting.removeFirst();
            return Optional.of(away ? new GiveBack(job) : new Run(job));
        }
        if (away || taking || (!awake && now - nextTake < 0)) {
            return Optional.empty();
        }
        taking = true;
        awake = false;
        return Optional.of(new Take());
    }

    /// A batch was taken; empty if there was none, or the datastore did not answer.
    void taken(Collection<ReplicationJob> jobs, long now) {
        taking = false;
        waiting.addAll(jobs);
        if (jobs.isEmpty()) {
            backOff(now);
        } else {
            nextTake = now;
        }
    }

    /// A job has ended.
    void ended(JobEnd end, long now) {
        switch (end) {
            case JobEnd.Done _, JobEnd.Dropped _ -> {
                pause = 0;
                nextTake = now;
            }
            case JobEnd.Failed _, JobEnd.NotNow _, JobEnd.HandedBack _ -> {
                if (waiting.isEmpty()) { // not once for each job of a batch
                    backOff(now);
                }
            }
        }
    }

    /// A job cannot be done now.
    ///
    /// @return `false` if too many rest already
    boolean rest(ReplicationJob job, long now) {
        if (resting.size() == MOST_RESTING) {
            return false;
        }
        resting.addLast(new Resting(job, now + restFor));
        return true;
    }

    /// What kept the jobs of a repository from being done is over, perhaps: they rest no longer. And something may have come,
    /// as in [#wake()].
    void retry(RepositoryId repository, long now) {
        var all = List.copyOf(resting);
        resting.clear();
        all.stream().filter(r -> r.isOf(repository)).forEach(r -> resting.addLast(new Resting(r.job(), now)));
        all.stream().filter(r -> !r.isOf(repository)).forEach(resting::addLast);
        awake = true;
    }

    /// Something may have come: it is looked at once.
    void wake() {
        awake = true;
    }

    /// How long there is nothing to do, if nothing happens before. No longer than the longest pause, so that a node that
    /// comes back is noticed without a word.
    Duration rest(long now) {
        long left = taking ? LONGEST_PAUSE : Math.max(nextTake - now, 0);
        if (!resting.isEmpty()) {
            left = Math.min(left, resting.peekFirst().until() - now);
        }
        // a node that is not reached is looked at no more often than every second, though its batch is due
        return Duration.ofNanos(Math.min(left <= 0 ? FIRST_PAUSE : left, LONGEST_PAUSE));
    }

    private void backOff(long now) {
        pause = Math.clamp(pause * 2, FIRST_PAUSE, LONGEST_PAUSE);
        nextTake = now + pause;
    }
}
