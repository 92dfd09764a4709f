package io.quaestor.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.election.Candidate;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.election.ElectionDecision.Elected;
import io.quaestor.spi.election.ElectionDecision.Vacant;
import io.quaestor.spi.election.ElectionRequest;
import io.quaestor.spi.election.ElectionScope;
import io.quaestor.spi.election.ElectionStrategy;
import io.quaestor.spi.model.StorageName;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may become primary: RT 8.1, P6, told as in [Stories].
class ElectionTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P=5 a=5 b=5',      P a b",
        "'P=4 a=5 b=5!',     a", // only who is up to date and reached
        "'P=5~ a=5 b=5~',    a", // only whom most proxies reach
        "'P=5! a=5!',        ''",
        "'P=5u a=5',         a", // assigned ones first
        "'P=4 a=5u b=4',     a", // an unassigned one where no assigned one is left
        "'P=4! a=5l b=5',    b", // not one that is about to be deleted
        "'P=- a=-',          ''",
        "'>7 P=5 a=6',       ''", // the best of the outdated ones is outdated
        "'P=5x a=4',         ''",
    })
    void onlyAnUpToDateReplicaThatIsReachedIsEligible(String told, String expected) {
        assertThat(names(Election.eligible(request(told)))).isEqualTo(expected);
    }

    @Test
    void thePrimaryStaysThoughThisProxyAloneCannotReachIt() {
        var story = Stories.read("P=5 a=5");
        var view = new ClusterView(story.view().groups(), Set.of());

        var request = Election.request(view, story.placement(), 1, NOW);

        assertThat(names(Election.eligible(request))).isEqualTo("P"); // and nobody else, since nobody is reached
    }

    @Test
    void theStrategyIsAskedAboutAssignedReplicasFirstAndWithTheRepositorysOwnGeneration() {
        var request = request(">7 a=5u P=6 b=- c=5x d=-u");

        assertThat(request.generation().value()).isEqualTo(7);
        assertThat(request.current()).contains(new StorageName("P"));
        assertThat(names(request.replicas().stream().map(Candidate::storage).toList())).isEqualTo("P b a");
        assertThat(request.scope()).isInstanceOf(ElectionScope.OfRepository.class);
        assertThat(request.observedAt()).isEqualTo(NOW);
        assertThat(request.seed()).isEqualTo(42);
    }

    @Test
    void anEligibleAnswerIsBelieved() {
        var decision = hold("P=5! a=5 b=5", _ -> elected("b"));

        assertThat(decision).isEqualTo(elected("b"));
    }

    @Test
    void noAnswerMakesAnOutdatedReplicaThePrimary() {
        assertThat(hold("P=5! a=4 b=5", _ -> elected("a"))).isInstanceOf(Vacant.class);
        assertThat(hold("P=5! a=5 b=5!", _ -> elected("b"))).isInstanceOf(Vacant.class);
        assertThat(hold("P=5! a=5", _ -> elected("nobody"))).isInstanceOf(Vacant.class);
    }

    @Test
    void anEligiblePrimaryIsNotMoved() {
        var decision = hold("P=5 a=5", _ -> elected("a"));

        assertThat(decision).isInstanceOf(Vacant.class);
        assertThat(decision.reason()).contains("P is still eligible");
    }

    @Test
    void aStrategyThatFailsChangesNothing() {
        assertThat(hold("P=5! a=5", _ -> {
                    throw new IllegalStateException("no mood");
                }))
                .isInstanceOfSatisfying(Vacant.class, v -> assertThat(v.reason()).contains("no mood"));
        assertThat(hold("P=5! a=5", _ -> {
                    throw new NoClassDefFoundError("com/example/Gone");
                }))
                .isInstanceOf(Vacant.class);
    }

    @SuppressWarnings("NullAway")
    @Test
    void aStrategyThatGivesNoAnswerChangesNothing() {
        assertThat(hold("P=5! a=5", _ -> null)).isInstanceOf(Vacant.class);
    }

    private static ElectionRequest request(String told) {
        var story = Stories.read(told);
        return Election.request(story.view(), story.placement(), 42, NOW);
    }

    private static ElectionDecision hold(String told, ElectionStrategy strategy) {
        return Election.hold(strategy, request(told));
    }

    private static Elected elected(String storage) {
        return new Elected(new StorageName(storage), "test");
    }

    private static String names(List<StorageName> storages) {
        return storages.stream().map(StorageName::value).collect(Collectors.joining(" "));
    }
}
