package io.quaestor.plugin.reading.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;
import io.quaestor.testkit.conformance.ReadDistributionConformance;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RandomReadingTest extends ReadDistributionConformance {

    @Override
    protected ReadDistribution strategy() {
        return new RandomReading();
    }

    @Test
    void everyReplicaGetsItsShare() {
        var random = new Random(1);
        var reads = new TreeMap<StorageName, Integer>();
        var replicas = List.of(new StorageName("gitaly-1"), new StorageName("gitaly-2"), new StorageName("gitaly-3"));

        for (int i = 0; i < 3_000; i++) {
            var request = new ReadRequest(new VirtualStorage("default"), replicas, random.nextLong());
            reads.merge(strategy().choose(request), 1, Integer::sum);
        }

        assertThat(reads).hasSize(3);
        assertThat(reads.values()).allMatch(count -> count > 900 && count < 1_100);
    }
}
