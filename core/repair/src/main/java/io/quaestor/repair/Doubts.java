package io.quaestor.repair;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Whether it may be acted upon that something is wrong with a replica: its node says that it is not there, or that it is
/// in the way of its own repair.
///
/// A disk that is not mounted says so of everything. So what matters is looked at twice, with some time between, and of one
/// node only a few replicas are believed to be wrong in a while (P5).
///
/// It has no lock and no clock. Whoever holds it serialises the calls and says the time.
final class Doubts {

    enum Answer {
        BELIEVE,
        LOOK_AGAIN,
        TOO_MANY
    }

    /// Between two looks. As long as a job rests by default: what has not been mounted by then is likely gone.
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(20);

    /// A creation that failed leaves one record at a time (RT 11.6); a disk that is gone has thousands.
    static final int MOST = 10;

    static final Duration WHILE = Duration.ofMinutes(10);

    /// First looks that are remembered; the oldest are forgotten, which only means one more look.
    private static final int MOST_FIRST_LOOKS = 1_000;

    private record Doubtful(NodeId node, RepositoryId repository) {}

    private final Map<Doubtful, Long> firstLooks = new LinkedHashMap<>();
    private final Map<NodeId, Deque<Long>> believed = new HashMap<>();

    /// Decides it, and remembers the decision.
    ///
    /// @param twice whether it must be said twice
    /// @param now   in nanoseconds
    Answer ask(NodeId node, RepositoryId repository, boolean twice, long now) {
        var doubtful = new Doubtful(node, repository);
        if (twice) {
            var first = firstLooks.putIfAbsent(doubtful, now);
            if (first == null || now - first < BETWEEN_LOOKS.toNanos()) {
                forgetOldest();
                return Answer.LOOK_AGAIN;
            }
        }
        var recent = believed.computeIfAbsent(node, _ -> new ArrayDeque<>());
        while (!recent.isEmpty() && now - recent.peekFirst() >= WHILE.toNanos()) {
            recent.removeFirst();
        }
        if (recent.size() >= MOST) {
            return Answer.TOO_MANY;
        }
        recent.addLast(now);
        firstLooks.remove(doubtful);
        return Answer.BELIEVE;
    }

    /// Nothing is wrong with it after all.
    void found(NodeId node, RepositoryId repository) {
        firstLooks.remove(new Doubtful(node, repository));
    }

    private void forgetOldest() {
        if (firstLooks.size() > MOST_FIRST_LOOKS) {
            Iterator<Doubtful> oldest = firstLooks.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
