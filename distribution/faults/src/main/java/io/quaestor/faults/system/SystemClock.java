package io.quaestor.faults.system;

import java.time.Duration;

/// The machine's clock.
public final class SystemClock implements Ticker {

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }
}
