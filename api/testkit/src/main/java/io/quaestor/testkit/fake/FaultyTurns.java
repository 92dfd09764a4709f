package io.quaestor.testkit.fake;

import io.quaestor.spi.datastore.WriteTurn;
import io.quaestor.spi.datastore.WriteTurns;
import io.quaestor.testkit.fake.FaultyDatastore.Operation;

final class FaultyTurns implements WriteTurns {

    private final FaultyDatastore faults;
    private final WriteTurns sound;

    FaultyTurns(FaultyDatastore faults, WriteTurns sound) {
        this.faults = faults;
        this.sound = sound;
    }

    @Override
    public boolean take(WriteTurn turn) throws InterruptedException {
        return faults.run(Operation.TAKE_TURN, () -> sound.take(turn));
    }

    @Override
    public void end(WriteTurn turn) throws InterruptedException {
        faults.run(Operation.END_TURN, () -> {
            sound.end(turn);
            return 0;
        });
    }
}
