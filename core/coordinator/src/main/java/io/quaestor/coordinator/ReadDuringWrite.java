package io.quaestor.coordinator;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A read of a repository while a write to it was permitted and is not yet recorded: it waits until somebody who can be
/// asked has confirmed the write, or until it is recorded (P11). After a time it goes on all the same: a node may hang.
///
/// **Threads:** the event loop of the call. **Blocking:** never.
final class ReadDuringWrite {

    private final Exchange exchange;
    private final RepositoryKey key;
    private final WritesUnderWay writes;
    private final Predicate<Set<StorageName>> enough;
    private final Duration limit;
    private boolean over;
    private @Nullable Runnable timer;
    private Runnable deaf = () -> {};

    /// @param enough whether the read can go to one of those that have confirmed
    ReadDuringWrite(
            Exchange exchange,
            RepositoryKey key,
            WritesUnderWay writes,
            Predicate<Set<StorageName>> enough,
            Duration limit) {
        this.exchange = exchange;
        this.key = key;
        this.writes = writes;
        this.enough = enough;
        this.limit = limit;
    }

    /// @param go hears once who may be read; `null` for everybody who is up to date
    void whenSafe(Consumer<@Nullable Set<StorageName>> go) {
        timer = exchange.later(limit, () -> go(go, null));
        look(go);
    }

    private void look(Consumer<@Nullable Set<StorageName>> go) {
        if (over) {
            return;
        }
        // first the ear, then the look: news that come between are heard
        deaf = writes.onNews(key, () -> exchange.execute(() -> look(go)));
        var confirmed = writes.confirmed(key);
        if (confirmed == null || enough.test(confirmed)) {
            go(go, confirmed);
        }
    }

    private void go(Consumer<@Nullable Set<StorageName>> go, @Nullable Set<StorageName> safe) {
        if (!over) {
            over = true;
            deaf.run();
            if (timer != null) {
                timer.run();
            }
            go.accept(safe);
        }
    }
}
