package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.testkit.fake.Fault;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients are told when there is no way: Praefect's texts (RT 1.4 to 1.10), and codes that tell the truth (P7).
class RefusalsTest {

    private static final String READ = "accessor call: route repository accessor: ";
    private static final String WRITE = "mutator call: route repository mutator: ";
    private static final String MAINTAIN = "routing repository maintenance: ";
    private static final String STORAGE = "accessor storage scoped: route storage accessor ";

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    RefusalsTest() throws InterruptedException {}

    @ParameterizedTest(name = "{0} of a repository that is unknown")
    @CsvSource({
        ProxyFixture.READ,
        ProxyFixture.READ_OF_PRIMARY,
        ProxyFixture.WRITE,
        ProxyFixture.MAINTAIN,
        ProxyFixture.WRITE_WITH_OTHER
    })
    void anUnknownRepositoryIsNotFound(String method) throws InterruptedException {
        var message = method.equals(ProxyFixture.WRITE_WITH_OTHER)
                ? Messages.about(
                        Messages.repository("default", "other.git"),
                        Messages.field(1, Messages.repository("default", "a/b.git")))
                : Messages.about("default", "a/b.git");

        assertThat(proxy.call(method, message).failure())
                .isEqualTo(new Failure(StatusCode.NOT_FOUND, "repository not found"));
    }

    @ParameterizedTest(name = "{0}, primary {1}, generations {2} {3}, reached {4} → {5}: {6}")
    @CsvSource({
        "READ,            g1, 5, 5, none,  UNAVAILABLE,         '" + READ + "no healthy nodes'",
        "READ,            g1, 4, 5, g1,    UNAVAILABLE,         '" + READ + "no suitable node to serve the request'",
        "READ_OF_PRIMARY, g1, 5, 5, g2,    UNAVAILABLE,         '" + READ + "primary gitaly is not healthy'",
        "READ_OF_PRIMARY, g1, 4, 5, g1,    UNAVAILABLE,         '" + READ + "no suitable node to serve the request'",
        "WRITE,           g1, 5, 5, none,  UNAVAILABLE,         '" + WRITE + "no healthy nodes'",
        "WRITE,           g1, 5, 5, g2,    UNAVAILABLE,         '" + WRITE + "primary gitaly is not healthy'",
        "WRITE,           g1, 4, 5, g1,    FAILED_PRECONDITION, 'repository is in read-only mode'",
        "MAINTAIN,        g1, 5, 5, none,  UNAVAILABLE,         '" + MAINTAIN + "no healthy nodes'",
        "WALK,            g1, 5, 5, none,  UNAVAILABLE,         '" + STORAGE + "\"default\": no healthy nodes'",
    })
    void whatIsOnlySoForNowIsUnavailable(
            String kind, String primary, long first, long second, String reached, StatusCode code, String text)
            throws InterruptedException {
        proxy.repository(primary, first, second);
        proxy.view = reached.equals("none") ? ProxyFixture.view(0) : ProxyFixture.view(0, reached);

        assertThat(callOf(kind).failure()).isEqualTo(new Failure(code, text));
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        "READ,            '" + READ + "'",
        "READ_OF_PRIMARY, '" + READ + "'",
        "WRITE,           '" + WRITE + "'",
    })
    void aRepositoryThatLostAllItsUpToDateReplicasIsNotGone(String kind, String prefix) throws InterruptedException {
        var id = proxy.repository("g1", 5, 4);
        proxy.memory.repositories().removeReplica(id, ProxyFixture.STORAGES.getFirst());

        assertThat(callOf(kind).failure())
                .isEqualTo(new Failure(
                        StatusCode.UNAVAILABLE, prefix + "no up-to-date replica of the repository is left"));
    }

    @ParameterizedTest(name = "{0} while the datastore is away → {1}")
    @CsvSource({
        "READ,   '" + READ + "consistent storages: planned fault in FIND'",
        "WRITE,  '" + WRITE + "planned fault in FIND'",
        "CREATE, 'route repository creation: planned fault in OPEN_INTENTS'",
        "EXISTS, 'repository exists: planned fault in EXISTS'",
        "REMOVE, 'delete repository: planned fault in REMOVE'",
    })
    void withoutTheDatastoreTryingAgainHelps(String kind, String text) throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.datastore.beginOutage(Fault.UNCHANGED);

        var call = callOf(kind);
        proxy.advance(Duration.ofSeconds(10)); // for so long an intent is tried
        assertThat(call.failure()).isEqualTo(new Failure(StatusCode.UNAVAILABLE, text));

        proxy.datastore.endOutage();
        proxy.renewLease();
        proxy.datastore.beginOutage(Fault.REFUSED);

        assertThat(callOf(kind).failure()).isEqualTo(new Failure(StatusCode.INTERNAL, text));
    }

    @ParameterizedTest(name = "storage \"{0}\", path \"{1}\" → {2}")
    @CsvSource({
        "'',      '',      repository not set",
        "'',      a/b.git, storage name not set",
        "default, '',      repository path not set",
        "other,   a/b.git, storage name not found",
    })
    void aRequestThatNamesNoRepositoryIsTheClientsFault(String storage, String path, String text)
            throws InterruptedException {
        for (var method : new String[] {ProxyFixture.READ, ProxyFixture.WRITE, ProxyFixture.CREATE}) {
            var call = proxy.call(method, Messages.about(storage, path));

            assertThat(call.isDecided()).as("refused at once").isTrue();
            assertThat(call.failure()).isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, text));
        }
    }

    @Test
    void aSecondRepositoryMustBeKnownAndInTheSameStorage() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        var pool = Messages.field(1, Messages.repository("default", "a/b.git"));

        var unknown = Messages.about(Messages.repository("default", "other.git"), pool);
        var elsewhere = Messages.about(Messages.repository("elsewhere", "other.git"), pool);

        assertThat(proxy.call(ProxyFixture.WRITE_WITH_OTHER, unknown).failure())
                .isEqualTo(new Failure(
                        StatusCode.NOT_FOUND,
                        WRITE + "resolve additional replica path: additional repository not found"));
        assertThat(proxy.call(ProxyFixture.WRITE_WITH_OTHER, elsewhere).failure().code())
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
    }

    @Test
    void aPoolBesideAnUnknownRepositoryIsNotFound() throws InterruptedException {
        var message = Messages.about(
                Messages.field(1, Messages.repository("default", "pool.git")),
                Messages.repository("default", "origin.git"));

        assertThat(proxy.call("gitaly.ObjectPoolService/CreateObjectPool", message).failure())
                .isEqualTo(new Failure(
                        StatusCode.NOT_FOUND, "route repository creation: additional repository not found"));
    }

    @Test
    void aPathWithANulIsTheClientsFault() throws InterruptedException {
        var message = Messages.about("default", "a\0b.git");

        assertThat(proxy.call(ProxyFixture.READ, message).failure().code()).isEqualTo(StatusCode.INVALID_ARGUMENT);
    }

    @Test
    void anUnknownStorageIsTheClientsFault() throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.WALK, Messages.text(1, "other")).failure())
                .isEqualTo(new Failure(StatusCode.INVALID_ARGUMENT, "virtual storage does not exist"));
        assertThat(proxy.call(ProxyFixture.WALK, new byte[0]).failure())
                .isEqualTo(new Failure(
                        StatusCode.INVALID_ARGUMENT, "storage scoped: target storage field not found"));
    }

    @Test
    void whatNobodyKnowsOrNobodyServesIsUnimplemented() throws InterruptedException {
        assertThat(proxy.coordinator.find("gitaly.Nobody/Knows")).isNull();
        assertThat(Failures.unknownMethod("gitaly.Nobody/Knows"))
                .isEqualTo(new Failure(
                        StatusCode.UNIMPLEMENTED, "full method name not found: /gitaly.Nobody/Knows"));
        assertThat(proxy.call("gitaly.ServerService/ServerInfo", new byte[0]).failure().code())
                .isEqualTo(StatusCode.UNIMPLEMENTED);
        assertThat(proxy.call("gitaly.PartitionService/BackupPartition", Messages.text(1, "default")).failure().code())
                .isEqualTo(StatusCode.UNIMPLEMENTED);
    }

    @Test
    void aMessageThatIsNotProtobufIsRefused() throws InterruptedException {
        assertThat(proxy.call(ProxyFixture.READ, new byte[] {10, 100, 1}).failure().code())
                .isEqualTo(StatusCode.INTERNAL);
    }

    @Test
    void aDefectEndsTheCallAndNoOther() throws InterruptedException {
        proxy.repository("g1", 5, 5, 5);
        proxy.repository(new RepositoryKey(ProxyFixture.DEFAULT, "x"), "g1", 5, 5, 5);
        var sound = proxy.view;
        proxy.view = null; // as good as any defect

        assertThat(proxy.call(ProxyFixture.READ).failure().code()).isEqualTo(StatusCode.INTERNAL);
        assertThat(proxy.call(ProxyFixture.MAINTAIN).failure().code()).isEqualTo(StatusCode.INTERNAL);

        proxy.view = Objects.requireNonNull(sound);
        assertThat(proxy.call(ProxyFixture.READ).storages()).hasSize(1);
    }

    private ScriptedExchange callOf(String kind) {
        return switch (kind) {
            case "READ" -> proxy.call(ProxyFixture.READ);
            case "READ_OF_PRIMARY" -> proxy.call(ProxyFixture.READ_OF_PRIMARY);
            case "WRITE" -> proxy.call(ProxyFixture.WRITE);
            case "CREATE" -> proxy.call(ProxyFixture.CREATE, Messages.about("default", "new.git"));
            case "MAINTAIN" -> proxy.call(ProxyFixture.MAINTAIN);
            case "EXISTS" -> proxy.call(ProxyFixture.EXISTS);
            case "REMOVE" -> proxy.call(ProxyFixture.REMOVE);
            case "WALK" -> proxy.call(ProxyFixture.WALK, Messages.text(1, "default"));
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
