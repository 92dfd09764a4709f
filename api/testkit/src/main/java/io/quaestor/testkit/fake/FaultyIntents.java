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
import io.quaestor.testkit.fake.FaultyDatastore.Operation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

final class FaultyIntents implements Intents {

    private final FaultyDatastore faults;
    private final Intents sound;

    FaultyIntents(FaultyDatastore faults, Intents sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public ProxyLife join(ProxyIdentity proxy, Duration lease) throws InterruptedException {
        return faults.run(Operation.JOIN, () -> sound.join(proxy, lease));
    }

    @Override
    public boolean renew(ProxyLife life, Duration lease) throws InterruptedException {
        return faults.run(Operation.RENEW, () -> sound.renew(life, lease));
    }

    @Override
    public void leave(ProxyLife life) throws InterruptedException {
        faults.run(Operation.LEAVE, () -> {
            sound.leave(life);
            return 0;
        });
    }

    @Override
    public List<IntentResult> open(ProxyLife life, List<NewIntent> intents) throws InterruptedException {
        return faults.run(Operation.OPEN_INTENTS, () -> sound.open(life, intents));
    }

    @Override
    public void withdraw(Collection<IntentId> intents) throws InterruptedException {
        faults.run(Operation.WITHDRAW, () -> {
            sound.withdraw(intents);
            return 0;
        });
    }

    @Override
    public List<SuspectWrite> suspects(Ripeness ripeness, int limit) throws InterruptedException {
        return faults.run(Operation.SUSPECTS, () -> sound.suspects(ripeness, limit));
    }

    @Override
    public boolean hold(ProxyLife life, RepositoryId repository) throws InterruptedException {
        return faults.run(Operation.HOLD, () -> sound.hold(life, repository));
    }

    @Override
    public int underWay(RepositoryId repository) throws InterruptedException {
        return faults.run(Operation.UNDER_WAY, () -> sound.underWay(repository));
    }

    @Override
    public boolean settle(ProxyLife life, Settlement settlement) throws InterruptedException {
        return faults.run(Operation.SETTLE, () -> sound.settle(life, settlement));
    }

    @Override
    public void release(ProxyLife life, RepositoryId repository) throws InterruptedException {
        faults.run(Operation.RELEASE, () -> {
            sound.release(life, repository);
            return 0;
        });
    }

    @Override
    public boolean abandon(IntentId creation) throws InterruptedException {
        return faults.run(Operation.ABANDON, () -> sound.abandon(creation));
    }
}
