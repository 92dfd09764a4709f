package io.quaestor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.faults.cluster.Limits;
import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.fault.Faults;
import io.quaestor.faults.history.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `docs/reliability.md` says what this program does.
class ReliabilityPageTest {

    private String page = "";

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(Path.of("../../docs/reliability.md"));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Rule.class)
    void everyRuleStandsThere(Rule rule) {
        assertThat(page).contains("| `" + rule + "` |");
    }

    @Test
    void everyFaultStandsThere() {
        assertThat(Faults.ALL).extracting(Fault::name).doesNotHaveDuplicates().allSatisfy(name -> assertThat(page)
                .contains("| `" + name + "` |"));
    }

    @Test
    void theShortLimitsStandThereAsTheyAreWritten() {
        assertThat(page).contains("```toml\n" + Limits.SCALED.tables() + "```");
        assertThat(Limits.DEFAULT.tables()).isEmpty();
    }

    @Test
    void processesAreFrozenForLongerThanALease() {
        assertThat(Limits.SCALED.freeze()).isGreaterThan(Limits.SCALED.lease());
        assertThat(Limits.DEFAULT.freeze()).isGreaterThan(Limits.DEFAULT.lease());
    }
}
