package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;

final class MemoryTurns implements WriteTurns {

    private final MemorySession session;
    private final MemoryIntentRows writes;

    MemoryTurns(MemorySession session) {
        this.session = session;
        this.writes = session.tables().writes;
    }

    @Override
    public boolean take(WriteTurn turn) throws InterruptedException {
        return session.run(() -> {
            WriteTurn present = writes.turns.get(turn.repository());
            boolean taken = present != null && !present.equals(turn) && writes.lives.isLiving(present.life());
            if (taken || !writes.lives.isLiving(turn.life())) {
                return false;
            }
            writes.turns.put(turn.repository(), turn);
            return true;
        });
    }

    @Override
    public void end(WriteTurn turn) throws InterruptedException {
        session.run(() -> writes.turns.remove(turn.repository(), turn));
    }
}
