package io.quaestor.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.Replica;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One line per story: each replica has a name, its generation (the repository has 5) and marks: `A` assigned, `h` healthy,
/// `l` leaving.
class ValidPrimariesTest {

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "a:5:Ah b:5:Ah c:5:Ah, a b c",
        "a:5:Ah b:4:Ah c:-1:Ah, a", // outdated, or nothing recorded
        "a:5:A  b:5:Ah, b", // not reached
        "a:5:Ahl b:5:Ah, b", // about to be deleted
        "a:5:h b:5:Ah, b", // assigned ones go first
        "a:5:h b:4:Ah c:5:A, a", // an unassigned one is the last resort
        "a:5:h b:5:h, a b",
        "a:4:Ah b:5:A, ''", // nobody
        "'', ''",
    })
    void areChosen(String story, String expected) {
        var replicas = Arrays.stream(story.split(" +"))
                .filter(s -> !s.isEmpty())
                .map(ValidPrimariesTest::replica)
                .toList();
        var placement = new Placement(
                new RepositoryId(1),
                new RepositoryKey(new VirtualStorage("default"), "a.git"),
                new ReplicaPath("@cluster/repositories/1"),
                new Generation(5),
                Optional.empty(),
                Optional.empty(),
                replicas);

        assertThat(ValidPrimaries.of(placement).stream().map(StorageName::value).toList())
                .isEqualTo(Arrays.stream(expected.split(" ")).filter(s -> !s.isEmpty()).toList());
    }

    private static Replica replica(String text) {
        var parts = text.split(":");
        return new Replica(
                new StorageName(parts[0]),
                new Generation(Long.parseLong(parts[1])),
                true,
                parts[2].contains("A"),
                parts[2].contains("h"),
                parts[2].contains("l"),
                Optional.empty());
    }
}
