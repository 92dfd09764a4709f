package io.quaestor.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaPathsTest {

    private static final String POOL =
            "@pools/4e/07/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git";

    @ParameterizedTest(name = "{0} of {1} → {2}")
    @CsvSource({
        "1,    a/b.git,        @cluster/repositories/6b/86/1", // the example of RT 3.3
        "2,    a/b.git,        @cluster/repositories/d4/73/2",
        "1234, a/b.git,        @cluster/repositories/03/ac/1234",
        "1,    " + POOL + ",   @cluster/pools/6b/86/1",
    })
    void theNumberDecidesWhereARepositoryLies(long id, String relativePath, String expected) {
        assertThat(ReplicaPaths.of(new RepositoryId(id), relativePath).value()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        POOL + ",       true",
        "x/" + POOL + ", true", // matched anywhere, as Praefect does
        POOL + "x,      false",
        "@pools/4e/08/4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce.git, false",
        "@pools/4e/07/4e07.git, false",
        "a/b.git,       false",
    })
    void poolsAreKnownByTheirForm(String relativePath, boolean expected) {
        assertThat(ReplicaPaths.isPool(relativePath)).isEqualTo(expected);
    }
}
