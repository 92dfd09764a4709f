package com.example.avoiding;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.plugin.PluginContext;
import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads from certain storages only if nobody else has the repository.
@StrategyProvider(id = "avoiding")
public final class AvoidingReading implements ReadDistribution {

    private final Set<StorageName> avoided;

    public AvoidingReading(AvoidingConfig config, PluginContext context) {
        avoided = config.storages().stream().map(StorageName::new).collect(Collectors.toSet());
    }

    @Override
    public StorageName choose(ReadRequest request) {
        List<StorageName> liked = request.replicas().stream()
                .filter(replica -> !avoided.contains(replica))
                .toList();
        List<StorageName> choice = liked.isEmpty() ? request.replicas() : liked;
        return choice.get((int) Long.remainderUnsigned(request.seed(), choice.size()));
    }
}
