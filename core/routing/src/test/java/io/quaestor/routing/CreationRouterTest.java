package io.quaestor.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.VirtualStorage;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which storages a new repository gets: RT 3.3, 10.5, told as in [Stories].
class CreationRouterTest {

    @ParameterizedTest(name = "factor {0} of {1} → {2}")
    @CsvSource({
        "0, 'a=0 b=0 c=0',    'create a with b c|create b with a c|create c with a b'",
        "0, 'a=0 b=0! c=0',   'create a with c, later b|create c with a, later b'",
        "0, 'a=0 b=0! c=0!',  'create a, later b c'",
        "1, 'a=0 b=0 c=0!',   'create a|create b'",
        "2, 'a=0 b=0 c=0!',   'create a with b|create b with a'", // reached ones first; Praefect would take c too
        "2, 'a=0 b=0! c=0!',  'create a, later b|create a, later c'",
        "3, 'a=0 b=0 c=0!',   'create a with b, later c|create b with a, later c'",
        "9, 'a=0 b=0',        'create a with b|create b with a'",
        "0, 'a=0! b=0!',      'no healthy nodes'",
    })
    void aNewRepositoryGetsStoragesByChanceAndReachedOnesFirst(int factor, String told, String expected) {
        var view = Stories.read(told, factor).view();
        var routes = new TreeSet<String>();

        for (long seed = 0; seed < 300; seed++) {
            routes.add(sorted(CreationRouter.create(view, Stories.DEFAULT, seed)));
        }

        assertThat(String.join("|", routes)).isEqualTo(expected);
    }

    private static String sorted(Route route) {
        return route instanceof Route.Create create
                ? Stories.tell(new Route.Create(
                        create.virtualStorage(),
                        create.additionalPath(),
                        create.primary(),
                        create.secondaries().stream().sorted().toList(),
                        create.lagging().stream().sorted().toList(),
                        create.assign()))
                : Stories.tell(route);
    }

    @Test
    void storagesAreAssignedOnlyWhereAReplicationFactorIsConfigured() {
        var without = CreationRouter.create(Stories.read("a=0 b=0", 0).view(), Stories.DEFAULT, 1);
        var with = CreationRouter.create(Stories.read("a=0 b=0", 2).view(), Stories.DEFAULT, 1);

        assertThat(without).isInstanceOfSatisfying(Route.Create.class, c -> assertThat(c.assign()).isFalse());
        assertThat(with).isInstanceOfSatisfying(Route.Create.class, c -> assertThat(c.assign()).isTrue());
    }

    @Test
    void theSameSeedGivesTheSamePlacement() {
        var view = Stories.read("a=0 b=0 c=0 d=0 e=0", 3).view();

        for (long seed = 0; seed < 100; seed++) {
            assertThat(CreationRouter.create(view, Stories.DEFAULT, seed))
                    .isEqualTo(CreationRouter.create(view, Stories.DEFAULT, seed));
        }
    }

    @Test
    void nothingIsCreatedInAnUnknownVirtualStorage() {
        var view = Stories.read("a=0").view();

        assertThat(Stories.tell(CreationRouter.create(view, new VirtualStorage("other"), 1)))
                .isEqualTo("storage name not found");
    }

    @ParameterizedTest(name = "beside {0} → {1}")
    @CsvSource({
        "'P=5',              'create P'",
        "'P=5 a=5 b=5',      'create P with a b'",
        "'P=5 a=5! b=5',     'create P with b, later a'",
        "'P=5 a=4 b=5',      'create P with b, later a'",
        "'P=5 a=- b=5',      'create P with b, later a'",
        "'P=5 a=5u',         'create P with a'", // every replica of the other, assigned or not
        "'P=5 a=5x',         'create P'",
        "'P=5! a=5',         'primary gitaly is not healthy'",
        "'a=5 b=5',          'get primary: no primary'",
    })
    void aPoolGoesWhereItsOriginIsWhateverTheReplicationFactor(String told, String expected) {
        for (int factor = 0; factor <= 2; factor++) {
            var story = Stories.read(told, factor);

            var route = CreationRouter.createBeside(story.view(), story.placement());

            assertThat(Stories.tell(route)).isEqualTo(expected);
            if (route instanceof Route.Create create) {
                assertThat(create.additionalPath()).isEqualTo(Optional.of(Stories.PATH));
                assertThat(create.assign()).isEqualTo(factor > 0);
            }
        }
    }
}
