package io.quaestor.plugin.reading.random;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;

/// Chooses any replica, each with the same chance, as Praefect does (RT 2.2).
@StrategyProvider(id = "random")
public final class RandomReading implements ReadDistribution {

    @Override
    public StorageName choose(ReadRequest request) {
        int choice = (int) Long.remainderUnsigned(request.seed(), request.replicas().size());
        return request.replicas().get(choice);
    }
}
