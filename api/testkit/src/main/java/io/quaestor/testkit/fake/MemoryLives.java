package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.datastore.ProxyLife;
import io.quaestor.spi.datastore.Ripeness;
import io.quaestor.spi.plugin.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/// The lives of the proxies that share a [MemoryTables]; called under its lock.
final class MemoryLives {

    private final Clock clock;
    private final TreeMap<Long, Life> lives = new TreeMap<>();
    private long last;

    private static final class Life {

        final ProxyIdentity proxy;
        Instant leaseUntil;

        /// When the same proxy began another one, or others took it for dead.
        Optional<Instant> returned = Optional.empty();

        boolean left;

        Life(ProxyIdentity proxy, Instant leaseUntil) {
            this.proxy = proxy;
            this.leaseUntil = leaseUntil;
        }
    }

    MemoryLives(Clock clock) {
        this.clock = clock;
    }

    ProxyLife begin(ProxyIdentity proxy, Duration lease) {
        Instant now = clock.now();
        for (Life earlier : lives.values()) {
            if (earlier.proxy.equals(proxy) && earlier.returned.isEmpty()) {
                earlier.returned = Optional.of(now);
            }
        }
        lives.put(++last, new Life(proxy, now.plus(lease)));
        return new ProxyLife(last);
    }

    boolean renew(ProxyLife which, Duration lease) {
        Life life = lives.get(which.number());
        if (life == null || life.left || life.returned.isPresent()) {
            return false;
        }
        life.leaseUntil = clock.now().plus(lease);
        return true;
    }

    /// @param forget whether nothing refers to it any more
    void leave(ProxyLife which, boolean forget) {
        Life life = lives.get(which.number());
        if (forget) {
            lives.remove(which.number());
        } else if (life != null) {
            Instant now = clock.now();
            life.left = true;
            life.leaseUntil = life.leaseUntil.isBefore(now) ? life.leaseUntil : now;
        }
    }

    boolean isLiving(ProxyLife which) {
        Life life = lives.get(which.number());
        return life != null && life.returned.isEmpty() && clock.now().isBefore(life.leaseUntil);
    }

    /// When a life that is not living ended; empty if nothing is known of it.
    Optional<Instant> endOf(ProxyLife which) {
        return Optional.ofNullable(lives.get(which.number()))
                .map(life -> life.returned.filter(life.leaseUntil::isAfter).orElse(life.leaseUntil));
    }

    /// Makes it impossible to renew a life that is over.
    void end(ProxyLife which) {
        Life life = lives.get(which.number());
        if (life != null && !isLiving(which) && life.returned.isEmpty()) {
            life.returned = Optional.of(clock.now());
        }
    }

    /// Whether nodes can no longer write for a life that is not living.
    boolean isRipe(ProxyLife which, Ripeness ripeness) {
        Life life = lives.get(which.number());
        Instant now = clock.now();
        return life == null
                || !now.isBefore(life.leaseUntil.plus(ripeness.afterLease()))
                || life.returned
                        .filter(returned -> !now.isBefore(returned.plus(ripeness.afterReturn())))
                        .isPresent();
    }
}
