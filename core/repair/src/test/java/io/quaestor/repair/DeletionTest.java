package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The replica on `t` is to be deleted. See [Stories] for the marks.
class DeletionTest {

    @ParameterizedTest(name = "{0}, reached {1} → {2}")
    @CsvSource({
        "a:5:A t:5:cl,       a t, ok",
        "a:5:A t:4:cl,       a t, ok",
        "a:5:A t:-1:cl,      a t, ok", // only its files may be left
        "a:5:A,              a t, ok",
        "a:5:A t:5:Al,       a t, the repository is assigned there",
        "a:4:A t:5:cl,       a t, the assigned a has an older copy or none",
        "a:5:A b:-1:A t:5:cl, a b t, the assigned b has an older copy or none",
        "a:5:A t:5:cl,       t,   no other copy that is up to date can be reached",
        "a:4:A t:4:cl,       a t, no other copy that is up to date can be reached",
        "a:5: t:5:cl,        a t, no other copy that is up to date can be reached", // only on a storage of the past
        "a:5:Al t:5:cl,      a t, no other copy that is up to date can be reached", // about to be deleted too
        "t:5:cl,             t,   no other copy that is up to date can be reached",
    })
    void isPossible(String replicas, String reached, String expected) {
        Optional<String> objection = Deletion.objection(
                Stories.placement(replicas), new StorageName("t"), Stories.nodes(reached));

        assertThat(objection.orElse("ok")).isEqualTo(expected);
    }
}
