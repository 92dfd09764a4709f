package com.example.avoiding;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import io.quaestor.spi.reading.ReadRequest;
import io.quaestor.testkit.conformance.ReadDistributionConformance;
import io.quaestor.testkit.fake.FakeContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvoidingReadingTest extends ReadDistributionConformance {

    @Override
    protected ReadDistribution strategy() {
        return new AvoidingReading(new AvoidingConfig(List.of("gitaly-3")), new FakeContext());
    }

    @Override
    protected boolean spreadsReads() {
        return false; // gitaly-3 gets none as long as there are others
    }

    @Test
    void whoIsAvoidedServesWhatNobodyElseHas() {
        var far = new StorageName("gitaly-3");
        var request = new ReadRequest(new VirtualStorage("default"), List.of(far), 1);

        assertThat(strategy().choose(request)).isEqualTo(far);
    }
}
