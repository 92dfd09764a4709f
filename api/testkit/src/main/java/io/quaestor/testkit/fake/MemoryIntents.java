package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.datastore.Settlement;
import io.quaestor.spi.datastore.SuspectWrite;
import io.quaestor.spi.model.RepositoryId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

final class MemoryIntents implements Intents {

    private final MemorySession session;
    private final MemoryTables tables;
    private final MemoryIntentRows writes;

    MemoryIntents(MemorySession session) {
        this.session = session;
        this.tables = session.tables();
        this.writes = tables.writes;
    }

    @Override
    public ProxyLife join(ProxyIdentity proxy, Duration lease) throws InterruptedException {
        return session.run(() -> writes.lives.begin(proxy, lease));
    }

    @Override
    public boolean renew(ProxyLife life, Duration lease) throws InterruptedException {
        return session.run(() -> writes.lives.renew(life, lease));
    }

    @Override
    public void leave(ProxyLife life) throws InterruptedException {
        session.run(() -> {
            boolean open = writes.rows.values().stream().anyMatch(row -> row.isOpen() && row.life.equals(life));
            writes.lives.leave(life, !open);
            writes.holds.values().removeIf(hold -> hold.life().equals(life));
            writes.turns.values().removeIf(turn -> turn.life().equals(life));
            return 0;
        });
    }

    @Override
    public List<IntentResult> open(ProxyLife life, List<NewIntent> intents) throws InterruptedException {
        return session.run(() -> {
            writes.tidy();
            boolean living = writes.lives.isLiving(life);
            return intents.stream()
                    .map(intent -> living ? open(life, intent) : new IntentResult.LifeEnded())
                    .toList();
        });
    }

    private IntentResult open(ProxyLife life, NewIntent intent) {
        var known = writes.find(intent.id());
        if (known.isPresent()) {
            return switch (known.get().state) {
                case OPEN, RECORDED, SETTLED -> new IntentResult.Opened(known.get().repository);
                case ORPHANED -> new IntentResult.Exists();
                case WITHDRAWN -> new IntentResult.Held();
            };
        }
        return switch (intent) {
            case NewIntent.Update update -> {
                if (tables.find(update.repository()).isEmpty()) {
                    yield new IntentResult.Missing();
                }
                yield writes.isHeld(update.repository())
                        ? new IntentResult.Held()
                        : put(life, update, false, update.repository());
            }
            case NewIntent.Creation creation -> {
                if (tables.find(creation.key()).isPresent() || writes.isReserved(creation.key())) {
                    yield new IntentResult.Exists();
                }
                writes.orphan(creation.key());
                yield put(life, creation, true, new RepositoryId(++tables.lastRepository));
            }
        };
    }

    private IntentResult put(ProxyLife life, NewIntent intent, boolean creation, RepositoryId repository) {
        var row = new MemoryIntent(
                intent.id(), life, creation, repository, intent.key(), intent.transaction(), tables.clock.now());
        writes.rows.put(intent.id().value(), row);
        return new IntentResult.Opened(repository);
    }

    @Override
    public void withdraw(Collection<IntentId> intents) throws InterruptedException {
        session.run(() -> {
            intents.forEach(writes::withdraw);
            return 0;
        });
    }

    @Override
    public List<SuspectWrite> suspects(Ripeness ripeness, int limit) throws InterruptedException {
        return session.run(() -> writes.leftBehind()
                .map(row -> new SuspectWrite(
                        row.id,
                        row.repository,
                        row.key,
                        row.creation,
                        writes.endOf(row),
                        isRipe(row, ripeness)))
                .sorted(Comparator.comparing(SuspectWrite::since)
                        .thenComparingLong(suspect -> suspect.intent().value()))
                .limit(limit)
                .toList());
    }

    private boolean isRipe(MemoryIntent row, Ripeness ripeness) {
        return writes.leftBehind()
                .filter(other -> other.repository.equals(row.repository))
                .allMatch(other -> writes.lives.isRipe(other.life, ripeness));
    }

    @Override
    public boolean hold(ProxyLife life, RepositoryId repository) throws InterruptedException {
        return session.run(() -> {
            var held = writes.holds.get(repository);
            boolean byAnother = held != null && !held.life().equals(life) && writes.lives.isLiving(held.life());
            if (byAnother || tables.find(repository).isEmpty() || !writes.lives.isLiving(life)) {
                return false;
            }
            writes.hold(life, repository);
            return true;
        });
    }

    @Override
    public int underWay(RepositoryId repository) throws InterruptedException {
        return session.run(() -> countUnderWay(repository));
    }

    private int countUnderWay(RepositoryId repository) {
        return (int) writes.updatesOf(repository).filter(writes::isLiving).count();
    }

    @Override
    public boolean settle(ProxyLife life, Settlement settlement) throws InterruptedException {
        var repository = settlement.repository();
        return session.run(() -> writes.isHeldBy(life, repository)
                && countUnderWay(repository) == 0
                && tables.find(repository)
                        .filter(known -> new MemorySettling(tables, known).settle(settlement))
                        .isPresent());
    }

    @Override
    public void release(ProxyLife life, RepositoryId repository) throws InterruptedException {
        session.run(() -> {
            if (writes.isHeldBy(life, repository)) {
                writes.holds.remove(repository);
            }
            return 0;
        });
    }

    @Override
    public boolean abandon(IntentId creation) throws InterruptedException {
        return session.run(() -> {
            var found = writes.find(creation).filter(row -> row.creation && row.isOpen());
            if (found.filter(writes::isLiving).isPresent()) {
                return false;
            }
            found.ifPresent(row -> {
                writes.lives.end(row.life);
                writes.rows.remove(creation.value());
            });
            return true;
        });
    }
}
