package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quaestor.spi.model.StorageName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of RT 4.3, and who cannot vote.
class ElectorateTest {

    @ParameterizedTest(name = "{0} secondaries")
    @CsvSource({
        "0, 1, 1, 1", //
        "1, 2, 3, 2",
        "2, 3, 5, 4",
        "3, 4, 7, 6",
        "4, 5, 9, 7",
        "5, 6, 11, 9",
    })
    void thePrimaryAndHalfOfTheSecondariesAreAQuorum(int secondaries, int primary, int total, int threshold) {
        var electorate = Story.electorate(secondaries);

        assertThat(electorate.primary()).contains(Story.name("P"));
        assertThat(electorate.weight(Story.name("P"))).isEqualTo(primary);
        assertThat(total(electorate)).isEqualTo(total);
        assertThat(electorate.threshold()).isEqualTo(threshold);
    }

    @ParameterizedTest(name = "{0} secondaries")
    @CsvSource({"0", "1", "2", "3", "4", "5", "6", "7", "20"})
    void allSecondariesTogetherAreNoQuorum(int secondaries) {
        var electorate = Story.electorate(secondaries);

        assertThat(total(electorate) - electorate.weight(Story.name("P"))).isLessThan(electorate.threshold());
    }

    @Test
    void somebodyMustVote() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Electorate(Optional.empty(), Map.of(), 1))
                .withMessage("transaction requires at least one node");
    }

    @Test
    void nobodyVotesTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Electorate.of(Story.name("P"), List.of(Story.name("s1"), Story.name("s1"))))
                .withMessage("transactions cannot have duplicate nodes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Electorate.of(Story.name("P"), List.of(Story.name("P"))))
                .withMessage("transactions cannot have duplicate nodes");
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({
        "3, a1 b1", // cannot be reached
        "0, a1 b1",
        "1, a1 b1 c1", // less than half
        "1, a1 b1", // half
        "5, a3 b3 c2 d2", // half of the weight
        "1, a0 b0",
    })
    void aThresholdIsMoreThanHalfOfTheWeightAndNotMoreThanAll(int threshold, String voters) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Story.equals(voters, threshold))
                .withMessage("transaction has invalid threshold");
    }

    @Test
    void weightsAreWhatTheySeem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Story.equals("a-1 b3", 2))
                .withMessage("weight is negative: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> Story.equals("a2147483647 b1", 2147483647));
        var weights = Map.of(Story.name("P"), 1, Story.name("s1"), 2);
        assertThatIllegalArgumentException().isThrownBy(() -> new Electorate(Optional.of(Story.name("P")), weights, 2));
    }

    @ParameterizedTest(name = "{0} secondaries without {1}")
    @CsvSource({
        "1, s1,       2", // the primary alone
        "2, s1,       3", // the primary alone suffices, the other may disagree
        "2, s1 s2,    3",
        "3, s1,       5", // the primary and one of two
        "3, s1 s3,    4",
        "5, s1 s2 s3, 7", // the primary and one of two
        "3, P,        2", // two of three
        "3, P s1,     2", // both
        "1, P,        1",
        "1, P s1,     2", // nobody is left: it stays as it is
        "1, '',       2",
    })
    void thoseWhoAreLeftDecideByTheSameRule(int secondaries, String gone, int threshold) {
        Set<StorageName> names = gone.isEmpty()
                ? Set.of()
                : Set.of(gone.split(" ")).stream().map(StorageName::new).collect(Collectors.toSet());

        var left = Story.electorate(secondaries).without(names);

        assertThat(left.threshold()).isEqualTo(threshold);
        assertThat(left.threshold()).isLessThanOrEqualTo(total(left)).isGreaterThan(total(left) / 2);
    }

    @Test
    void whoWeighsNothingDecidesNothingAlone() {
        var electorate = Story.equals("a1 b0", 1);

        assertThat(electorate.without(Set.of(Story.name("a")))).isEqualTo(electorate);
    }

    private static int total(Electorate electorate) {
        return electorate.weights().values().stream().mapToInt(Integer::intValue).sum();
    }
}
