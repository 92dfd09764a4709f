package io.quaestor.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a part of the proxy survives is seen all the same.
class DefectLogTest {

    @AfterEach
    void forget() {
        DefectLog.tell(_ -> {});
    }

    @Test
    void anErrorWithItsStackIsADefectAndNothingElseIs() {
        var defects = new ArrayList<Throwable>();
        DefectLog.tell(defects::add);
        var log = LoggerFactory.getLogger("a part");
        var cause = new NoClassDefFoundError("com/example/Gone");

        log.warn("it goes on", cause);
        log.error("the datastore is away");
        log.error("it failed by a defect", cause);
        log.atError().addKeyValue("node", "g1").log("and so did {}", "that", cause);

        assertThat(defects).hasSize(2);
        assertThat(defects.getFirst()).hasMessage("a part: it failed by a defect");
        assertThat(defects).extracting(Throwable::getCause).containsOnly(cause);
    }
}
