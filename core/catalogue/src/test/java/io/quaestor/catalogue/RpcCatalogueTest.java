package io.quaestor.catalogue;

import static io.quaestor.catalogue.Operation.ACCESSOR;
import static io.quaestor.catalogue.Operation.MAINTENANCE;
import static io.quaestor.catalogue.Operation.MUTATOR;
import static io.quaestor.catalogue.Operation.OWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RpcCatalogueTest {

    private static final String HEAD = "service,method,request,streaming,operation,scope,target,rivals,additional,storage,"
            + "cleared,transactional,creation,primary_only,intercepted,outside_votes,hooks,releases,note\n";

    private final RpcCatalogue catalogue = RpcCatalogue.builtin();

    /// TR 6.2 and A.1; D19 3 with `CommitLanguages` counted as the accessor that it is routed as.
    @ParameterizedTest(name = "{0}: {1} {2} × {3}")
    @CsvSource({
        "ONLY_16_8, ACCESSOR,    REPOSITORY, 92",
        "ONLY_16_8, MUTATOR,     REPOSITORY, 44",
        "ONLY_16_8, MAINTENANCE, REPOSITORY, 2",
        "ONLY_16_8, ACCESSOR,    STORAGE,    2",
        "ONLY_16_8, MUTATOR,     STORAGE,    1",
        "ONLY_16_8, OWN,         NONE,       12",
        "ONLY_19_1, ACCESSOR,    REPOSITORY, 95",
        "ONLY_19_1, MUTATOR,     REPOSITORY, 44",
        "ONLY_19_1, MAINTENANCE, REPOSITORY, 2",
        "ONLY_19_1, ACCESSOR,    STORAGE,    10",
        "ONLY_19_1, MUTATOR,     STORAGE,    4",
        "ONLY_19_1, ACCESSOR,    PARTITION,  1",
        "ONLY_19_1, OWN,         NONE,       12",
    })
    void hasTheRpcsOfBothReleases(Releases release, Operation operation, Scope scope, int count) {
        assertThat(rpcs(release).filter(rpc -> rpc.operation() == operation && rpc.scope() == scope)).hasSize(count);
    }

    @Test
    void has174RpcsInAll() {
        assertThat(catalogue.rpcs()).hasSize(174);
        assertThat(rpcs(Releases.ONLY_16_8)).hasSize(153);
        assertThat(rpcs(Releases.ONLY_19_1)).hasSize(168);
    }

    /// RT 4.8 has 42; 19.1 takes two away and adds `RewriteHistory` and `MigrateReferenceBackend`.
    @Test
    void knowsWhichMutatorsNodesVoteOn() {
        assertThat(rpcs(Releases.ONLY_16_8).filter(Rpc::transactional)).hasSize(42);
        assertThat(rpcs(Releases.ONLY_19_1).filter(Rpc::transactional)).hasSize(42);
        assertThat(names(rpc -> rpc.operation() == MUTATOR && rpc.scope() == Scope.REPOSITORY && !rpc.transactional()))
                .containsExactlyInAnyOrder("CreateObjectPool", "DeleteObjectPool");
    }

    @Test
    void knowsWhichRpcsMakeRepositories() {
        assertThat(names(rpc -> rpc.creation() == Creation.CREATE))
                .containsExactlyInAnyOrder(
                        "CreateObjectPool", "CreateFork", "CreateRepository", "CreateRepositoryFromBundle",
                        "CreateRepositoryFromSnapshot", "CreateRepositoryFromURL");
        assertThat(names(rpc -> rpc.creation() == Creation.CREATE_OR_UPDATE))
                .containsExactlyInAnyOrder("ReplicateRepository", "RestoreRepository");
    }

    @Test
    void knowsWhatIsSpecialAboutSomeRpcs() {
        assertThat(names(Rpc::primaryOnly)).containsExactlyInAnyOrder("RepositorySize", "GetObjectDirectorySize");
        assertThat(names(rpc -> rpc.interceptedIn() == Releases.BOTH))
                .containsExactlyInAnyOrder("RepositoryExists", "RemoveRepository", "DeleteObjectPool", "GetObjectPool");
        assertThat(names(rpc -> rpc.interceptedIn() == Releases.ONLY_16_8))
                .containsExactlyInAnyOrder("ReplicateRepository", "RemoveAll");
        assertThat(names(rpc -> rpc.interceptedIn() == Releases.ONLY_19_1))
                .containsExactlyInAnyOrder("WalkRepos", "BackupRepository");
        assertThat(names(rpc -> rpc.outsideVotes() == OutsideVotes.EVERYTHING))
                .containsExactlyInAnyOrder("CreateObjectPool", "MigrateReferenceBackend");
        assertThat(names(rpc -> rpc.outsideVotes() == OutsideVotes.BEFORE_VOTE))
                .containsExactlyInAnyOrder("FetchIntoObjectPool", "FetchRemote");
        assertThat(names(rpc -> rpc.clearedField() != Rpc.NO_FIELD)).containsExactly("ReplicateRepository");
        assertThat(names(Rpc::hooks)).hasSize(16).contains("PostReceivePack", "SSHReceivePack", "UserCommitFiles");
        assertThat(names(Rpc::hooks)).doesNotContain("UserSquash", "UserMergeToRef", "UserRebaseToRef", "WriteRef");
    }

    @ParameterizedTest
    @CsvSource({
        "gitaly.CommitService/FindCommit,                  ACCESSOR,    UNARY",
        "gitaly.CommitService/CommitLanguages,             ACCESSOR,    UNARY",
        "gitaly.SmartHTTPService/PostReceivePack,          MUTATOR,     BIDIRECTIONAL",
        "gitaly.OperationService/UserCommitFiles,          MUTATOR,     CLIENT",
        "gitaly.RepositoryService/OptimizeRepository,      MAINTENANCE, UNARY",
        "gitaly.InternalGitaly/WalkRepos,                  ACCESSOR,    SERVER",
        "gitaly.RefTransaction/VoteTransaction,            OWN,         UNARY",
    })
    void findsAnRpcByName(String name, Operation operation, Streaming streaming) {
        assertThat(catalogue.find(name)).hasValueSatisfying(rpc -> {
            assertThat(rpc.fullMethodName()).isEqualTo(name);
            assertThat(rpc.operation()).isEqualTo(operation);
            assertThat(rpc.streaming()).isEqualTo(streaming);
        });
    }

    @Test
    void findsAnRpcByItsNameOnTheWireAndAlwaysTheSame() {
        var found = catalogue.find("gitaly.RefService/FindBranch");

        assertThat(catalogue.find("/gitaly.RefService/FindBranch")).isSameAs(found);
        assertThat(catalogue.find("gitaly.RefService/FindBranch")).isSameAs(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "gitaly.RefService", "gitaly.RefService/findBranch", "//gitaly.RefService/FindBranch"})
    void doesNotGuessAnUnknownMethod(String name) {
        assertThat(catalogue.find(name)).isEmpty();
    }

    @Test
    void refusesTwoRpcsOfOneName() {
        var rpc = catalogue.find("gitaly.RefService/FindBranch").orElseThrow();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RpcCatalogue.of(List.of(rpc, rpc)))
                .withMessage("gitaly.RefService/FindBranch is listed twice");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "S,M,R,unary,accessor,repository,1                             ; f line 3: 7 columns instead of 19",
                "S,M,R,unary,reader,repository,1,,,,,,,,,,,both,                ; f line 3: 'reader' is not a value of Operation",
                "S,M,R,unary,accessor,repository,1.x,,,,,,,,,,,both,            ; f line 3: 'x' in '1.x' is not a field number",
                "S,M,R,unary,accessor,repository,1,2,,,,,,,,,,both,             ; f line 3: '2' is not of the form 2:length|3:varint",
                "S,M,R,unary,accessor,repository,1,2:string,,,,,,,,,,both,      ; f line 3: 'string' is not a wire type: varint, fixed64, length, fixed32",
                "S,M,R,unary,accessor,repository,,,,,,,,,,,,both,               ; f line 3: RPCs about a repository, and no others, have a target",
                "S,M,R,unary,mutator,repository,1,,,,,,,,,,,both,               ; f line 3: mutators of a repository, and no others, say whether they are transactional",
                "S,M,R,unary,mutator,repository,1,,,,,maybe,,,,,,both,          ; f line 3: 'maybe' is neither yes nor no",
                "S,,R,unary,accessor,repository,1,,,,,,,,,,,both,               ; f line 3: the method is missing",
                "S,M,R,unary,accessor,none,,,,,,,,,,,,both,                     ; f line 3: own RPCs, and no others, have no scope",
            })
    void saysWhichLineOfTheFileIsWrong(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatalogueFile.read(new StringReader("# comment\n" + HEAD + line), "f"))
                .withMessage(message);
    }

    @Test
    void readsAFileOfItsOwnForm() throws IOException {
        var line = "a.S,M,a.R,client,mutator,repository,1.1,2:length|3:varint,2,,7,yes,create,,only-16.8,before-vote,yes,only-19.1,a, b\n";

        assertThat(CatalogueFile.read(new StringReader(HEAD + line), "f"))
                .containsExactly(new Rpc(
                        "a.S", "M", "a.R", Streaming.CLIENT, MUTATOR, Scope.REPOSITORY,
                        Optional.of(FieldPath.toRepository("1.1", "2:length|3:varint")),
                        Optional.of(FieldPath.toRepository("2", "")),
                        Optional.empty(), 7, true, Creation.CREATE, false, Releases.ONLY_16_8, OutsideVotes.BEFORE_VOTE, true,
                        Releases.ONLY_19_1));
    }

    @Test
    void everyOwnRpcIsOfAServiceThatIsOwnAsAWhole() {
        var own = catalogue.rpcs().stream().filter(rpc -> rpc.operation() == OWN).map(Rpc::service).distinct();

        assertThat(own)
                .containsExactlyInAnyOrder("gitaly.PraefectInfoService", "gitaly.ServerService", "gitaly.RefTransaction")
                .allSatisfy(service -> assertThat(catalogue.rpcs().stream().filter(rpc -> rpc.service().equals(service)))
                        .allMatch(rpc -> rpc.operation() == OWN));
    }

    @Test
    void onlyMutatorsWriteAndMaintenanceDoesNotCount() {
        assertThat(names(rpc -> rpc.operation() == MAINTENANCE))
                .containsExactlyInAnyOrder("OptimizeRepository", "PruneUnreachableObjects");
        assertThat(catalogue.rpcs().stream().filter(rpc -> rpc.operation() == ACCESSOR)).noneMatch(Rpc::transactional);
    }

    private Stream<Rpc> rpcs(Releases release) {
        return catalogue.rpcs().stream().filter(rpc -> rpc.releases() == Releases.BOTH || rpc.releases() == release);
    }

    private Stream<String> names(Predicate<Rpc> condition) {
        return catalogue.rpcs().stream().filter(condition).map(Rpc::method);
    }
}
