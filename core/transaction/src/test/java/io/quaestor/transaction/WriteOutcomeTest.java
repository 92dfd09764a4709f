package io.quaestor.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.WriteAttempt.End;
import io.quaestor.transaction.WriteOutcome.Changed;
import io.quaestor.transaction.WriteOutcome.Unchanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The table above [WriteOutcome], every case of it.
class WriteOutcomeTest {

    @ParameterizedTest(name = "{0}, creation: {1} → changed: {2}")
    @CsvSource({
        "OK,          false, true",
        "OK,          true,  true",
        "FAILED,      false, true", // it may have written before it failed
        "FAILED,      true,  false",
        "VANISHED,    false, true",
        "VANISHED,    true,  false",
        "NOT_REACHED, false, false",
        "NOT_REACHED, true,  false",
    })
    void theEndOfThePrimaryDecidesWhetherSomethingChanged(End end, boolean creation, boolean changed) {
        var outcome = WriteOutcome.of(new WriteAttempt(name("P"), end, List.of(), List.of(), creation));

        assertThat(outcome instanceof Changed).isEqualTo(changed);
        assertThat(outcome.reason()).isNotBlank().doesNotEndWith(".");
    }

    static Stream<WriteAttempt> everyAttempt() {
        var attempts = new ArrayList<WriteAttempt>();
        for (var end : End.values()) {
            for (var creation : List.of(true, false)) {
                for (int secondaries = 0; secondaries <= 3; secondaries++) {
                    for (int lagging = 0; lagging <= 2; lagging++) {
                        attempts.add(new WriteAttempt(
                                name("P"), end, names("s", secondaries), names("l", lagging), creation));
                    }
                }
            }
        }
        return attempts.stream();
    }

    @ParameterizedTest
    @MethodSource("everyAttempt")
    void whileReplicasDoNotVoteOnlyThePrimaryHasAWrite(WriteAttempt attempt) {
        switch (WriteOutcome.of(attempt)) {
            case Changed changed -> {
                assertThat(changed.upToDate()).isEqualTo(Set.of(attempt.primary()));
                assertThat(changed.outdated())
                        .isEqualTo(Stream.concat(attempt.secondaries().stream(), attempt.lagging().stream())
                                .collect(Collectors.toSet()));
            }
            case Unchanged _ -> assertThat(attempt.primaryEnd()).isNotEqualTo(End.OK);
        }
    }

    private static StorageName name(String name) {
        return new StorageName(name);
    }

    private static List<StorageName> names(String prefix, int count) {
        return Stream.iterate(1, i -> i + 1).limit(count).map(i -> name(prefix + i)).toList();
    }
}
