package io.quaestor.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.spi.reading.ReadDistribution;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where calls about known repositories go: RT 2, 3.1, 3.4, 10.5, told as in [Stories].
class RouterTest {

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P=5 a=5 b=5',    read P|a|b", // any of them: the strategy decides
        "'P=5! a=5 b=5',   read a|b",
        "'P=4 a=5 b=5',    read a|b", // an outdated primary serves nobody
        "'P=5 a=4 b=5!',   read P",
        "'P=5 a=5u',       read P|a", // up to date is enough, assigned or not
        "'P=5! a=4',       no suitable node to serve the request",
        "'P=5x a=4',       no suitable node to serve the request",
        "'P=5! a=5!',      no healthy nodes",
        "'>7 P=5 a=6',     no up-to-date replica of the repository is left", // not 'not found': RT 11.7
        "'>7 P=5! a=6!',   no healthy nodes",
    })
    void readsGoToAnyReplicaThatIsUpToDateAndReached(String told, String expected) {
        var story = Stories.read(told);
        var placement = ReadPlacement.of(story.placement());
        var routes = new TreeSet<String>();

        for (long seed = 0; seed < 200; seed++) {
            long chance = seed;
            var router = new Router(_ -> r -> r.replicas().get(Router.pick(chance, r.replicas().size())));
            routes.add(Stories.tell(router.read(story.view(), placement, seed)));
        }

        assertThat(String.join("|", routes).replace("|read ", "|")).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}, failed at {1} → {2}")
    @CsvSource({
        "'P=5 a=5 b=5',  P, read a",
        "'P=5 a=5 b=5!', a, read P",
        "'P=5 a=4',      P, no suitable node to serve the request",
        "'P=5! a=5',     a, no suitable node to serve the request",
    })
    void aReadThatFailedGoesToAnotherReplicaThatIsUpToDate(String told, String failed, String expected) {
        var story = Stories.read(told);
        var router = new Router(_ -> Stories::first);

        var route = router.readElsewhere(
                story.view(), ReadPlacement.of(story.placement()), new StorageName(failed), 1);

        assertThat(Stories.tell(route)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P=5 a=5',      read P",
        "'P=5! a=5',     primary gitaly is not healthy", // no fallback: the client asked for the primary
        "'P=4 a=5!',     no suitable node to serve the request", // Praefect reads the outdated one, RT 11.22
        "'a=5 b=5',      get primary: no primary",
        "'P=5! a=5!',    no healthy nodes",
        "'>7 P=5 a=5',   no up-to-date replica of the repository is left",
    })
    void readsThatNeedThePrimaryGoNowhereElse(String told, String expected) {
        var story = Stories.read(told);

        assertThat(Stories.tell(Router.readFromPrimary(story.view(), story.placement()))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P=5 a=5 b=5',      'write P with a b'",
        "'P=5 a=4 b=5',      'write P with b, later a'",
        "'P=5 a=5! b=4!',    'write P, later a b'", // a write is not refused because secondaries are missing
        "'P=5 a=- b=5',      'write P with b, later a'",
        "'P=5 a=5u b=4u',    'write P'", // unassigned replicas get nothing, up to date or not
        "'P=5u a=4',         'primary node is not assigned'",
        "'P=5! a=5',         'primary gitaly is not healthy'",
        "'P=4 a=5!',         'repository is in read-only mode'",
        "'a=5 b=5',          'get primary: no primary'",
        "'P=5! a=5!',        'no healthy nodes'",
        "'>7 P=5 a=6',       'no up-to-date replica of the repository is left'",
        "'P=5 a=5x',         'write P'", // nobody can call a storage that is not configured
    })
    void writesGoToThePrimaryAndNameWhoTakesPart(String told, String expected) {
        var story = Stories.read(told);

        var route = Router.write(story.view(), story.placement(), Optional.empty());

        assertThat(Stories.tell(route)).isEqualTo(expected);
    }

    @Test
    void aWriteCarriesThePlaceOfItsSecondRepository() {
        var story = Stories.read("P=5 a=5");
        var other = Optional.of(new ReplicaPath("@cluster/pools/1"));

        var route = Router.write(story.view(), story.placement(), other);

        assertThat(route).isInstanceOfSatisfying(Route.Write.class, write -> {
            assertThat(write.additionalPath()).isEqualTo(other);
            assertThat(write.path()).isEqualTo(Stories.PATH);
            assertThat(write.id()).isEqualTo(story.placement().id());
        });
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "'P=5 a=5 b=5',     maintain P a b",
        "'P=5! a=5 b=5',    maintain a b", // the primary is not needed
        "'P=5 a=5! b=5!',   maintain P",
        "'P=5u a=5 b=5',    maintain a b",
        "'P=5 a=5u b=5',    maintain P b",
        "'P=5! a=5u b=5',   maintain b",
        "'P=- a=5 b=5',     maintain a b",
        "'P=5 a=- b=5',     maintain P b",
        "'P=5 a=3 b=0',     maintain P a b", // outdated ones need it too
        "'P=5! a=5! b=5!',  no healthy nodes",
        "'P=- a=5! b=5u',   no healthy nodes",
    })
    void maintenanceGoesToAllAssignedReplicasThatAreReached(String told, String expected) {
        var story = Stories.read(told);

        assertThat(Stories.tell(Router.maintenance(story.view(), story.placement()))).isEqualTo(expected);
    }

    @Test
    void callsAboutAStorageGoToAnyNodeThatIsReached() {
        var view = Stories.read("P=5 a=5! b=5").view();
        var routes = new TreeSet<String>();

        for (long seed = 0; seed < 100; seed++) {
            routes.add(Stories.tell(Router.storage(view, Stories.DEFAULT, seed)));
        }

        assertThat(routes).containsExactly("ask P", "ask b");
    }

    @Test
    void callsAboutAnUnknownOrUnreachedStorageAreRefused() {
        var view = Stories.read("P=5! a=5!").view();

        assertThat(Stories.tell(Router.storage(view, new VirtualStorage("other"), 1)))
                .isEqualTo("virtual storage does not exist");
        assertThat(Stories.tell(Router.storage(view, Stories.DEFAULT, 1))).isEqualTo("no healthy nodes");
    }

    @Test
    void aStrategyThatFailsOrCheatsIsReplacedByChanceWithAComplaint() {
        var story = Stories.read("P=5 a=5 b=4");
        var placement = ReadPlacement.of(story.placement());

        assertThat(complaint(story, placement, r -> new StorageName("b"))).contains("was not offered");
        assertThat(complaint(story, placement, r -> {
                    throw new IllegalStateException("no mood");
                }))
                .contains("no mood");
        assertThat(complaint(story, placement, r -> {
                    throw new NoClassDefFoundError("com/example/Gone");
                }))
                .contains("com/example/Gone");
        assertThat(complaint(story, placement, Stories::first)).isEmpty();
    }

    @SuppressWarnings("NullAway")
    @Test
    void aStrategyThatGivesNoAnswerIsReplacedByChance() {
        var story = Stories.read("P=5 a=5 b=4");

        assertThat(complaint(story, ReadPlacement.of(story.placement()), r -> null)).isNotEmpty();
    }

    private static String complaint(Stories.Story story, ReadPlacement placement, ReadDistribution strategy) {
        var route = new Router(_ -> strategy).read(story.view(), placement, 7);

        assertThat(route).isInstanceOf(Route.Read.class);
        var read = (Route.Read) route;
        assertThat(placement.upToDate()).contains(read.node().storage());
        return read.complaint().orElse("");
    }

    @Test
    void theSameSeedGivesTheSameRouteAndSeedsSpread() {
        var counts = new int[3];
        for (long seed = 0; seed < 3000; seed++) {
            assertThat(Router.pick(seed, 3)).isEqualTo(Router.pick(seed, 3));
            counts[Router.pick(seed, 3)]++;
        }

        assertThat(counts[0]).isBetween(800, 1200);
        assertThat(counts[1]).isBetween(800, 1200);
        assertThat(counts[2]).isBetween(800, 1200);
    }
}
