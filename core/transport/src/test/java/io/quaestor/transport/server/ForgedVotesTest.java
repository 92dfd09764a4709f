package io.quaestor.transport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.catalogue.RepositoryMessage;
import io.quaestor.catalogue.RpcCatalogue;
import io.quaestor.coordinator.Coordinator;
import io.quaestor.coordinator.CoordinatorParts;
import io.quaestor.coordinator.ProxyLease;
import io.quaestor.coordinator.TransactionSettings;
import io.quaestor.messages.RefTransactionGrpc;
import io.quaestor.messages.StopTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.messages.VoteTransactionResponse;
import io.quaestor.messages.VoteTransactionResponse.TransactionState;
import io.quaestor.routing.ClusterView;
import io.quaestor.spi.datastore.Placement;
import io.quaestor.spi.datastore.ProxyIdentity;
import io.quaestor.spi.election.ElectionDecision;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import io.quaestor.testkit.fake.InMemoryDatastore;
import io.quaestor.testkit.fake.RealClock;
import io.quaestor.testkit.fake.RecordingMeters;
import io.quaestor.testkit.fake.ScriptedNodeCalls;
import io.quaestor.wire.WireSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whoever may call the proxy may not vote for a node, also if it knows the transaction and the node's name (RT 4.5, 11.15).
/// Everything is real but the nodes and the datastore.
@Timeout(60)
class ForgedVotesTest {

    private static final VirtualStorage DEFAULT = new VirtualStorage("default");
    private static final RepositoryKey KEY = new RepositoryKey(DEFAULT, "a.git");
    private static final String WRITE = "gitaly.RefService/DeleteRefs";
    private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");

    private final StorageName one = new StorageName("gitaly-1");
    private final StorageName two = new StorageName("gitaly-2");
    private final RealClock clock = new RealClock();
    private final InMemoryDatastore datastore = new InMemoryDatastore(clock, Map.of(DEFAULT, List.of(one, two)));
    private TestNode primary;
    private TestNode secondary;
    private TestProxy proxy;

    @BeforeEach
    void start() throws Exception {
        primary = new TestNode(one.value());
        secondary = new TestNode(two.value());
        primary.script = TestNode.read();
        secondary.script = TestNode.read();
        datastore.reportAllHealthy();
        datastore.put(KEY, one, Map.of(one, 5L, two, 5L));
        var coordinator = coordinator();
        var setup = new TestProxy.Setup();
        setup.leader = coordinator;
        setup.nodeServices = List.of(new VoteService(coordinator::votes));
        setup.services = setup.nodeServices;
        proxy = new TestProxy(setup, primary.node(), secondary.node());
    }

    @AfterEach
    void stop() {
        proxy.close();
        primary.close();
        secondary.close();
    }

    @Test
    void votesOverThePublicPortChangeNothing() throws Exception {
        var client = proxy.open(WRITE).all().send(RepositoryMessage.of("default", "a.git")).halfClose();
        var atPrimary = primary.call();
        var atSecondary = secondary.call();
        long number = number(atPrimary);
        var stranger = RefTransactionGrpc.newBlockingStub(proxy.channel).withDeadlineAfter(10, TimeUnit.SECONDS);

        for (var phase : List.of(Phase.PREPARING_PHASE, Phase.PREPARED_PHASE, Phase.COMMITTED_PHASE)) {
            for (var node : List.of(one, two)) {
                assertThatThrownBy(() -> stranger.voteTransaction(vote(number, node, 'x', phase)))
                        .hasMessage("INTERNAL: invalid node for transaction: \"" + node + "\"");
            }
        }
        assertThatThrownBy(() -> stranger.stopTransaction(
                        StopTransactionRequest.newBuilder().setTransactionId(number).build()))
                .hasMessageStartingWith("INTERNAL: invalid node for transaction");

        var secondsVote = cast(atSecondary, vote(number, two, 'a', Phase.PREPARED_PHASE));
        var firstsVote = cast(atPrimary, vote(number, one, 'a', Phase.PREPARED_PHASE));
        assertThat(state(firstsVote)).isEqualTo(TransactionState.COMMIT);
        assertThatThrownBy(() -> stranger.voteTransaction(vote(number, one, 'x', Phase.COMMITTED_PHASE)))
                .hasMessageStartingWith("INTERNAL: invalid node for transaction");
        assertThat(secondsVote).isNotDone(); // the primary has not made its change
        var firstsChange = cast(atPrimary, vote(number, one, 'a', Phase.COMMITTED_PHASE));
        assertThat(state(secondsVote)).isEqualTo(TransactionState.COMMIT);
        var secondsChange = cast(atSecondary, vote(number, two, 'a', Phase.COMMITTED_PHASE));
        assertThat(state(firstsChange)).isEqualTo(TransactionState.COMMIT);
        assertThat(state(secondsChange)).isEqualTo(TransactionState.COMMIT);
        end(atPrimary);
        end(atSecondary);

        assertThat(client.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(placement().generation().value()).isEqualTo(6);
        assertThat(placement().replicas()).allSatisfy(replica -> assertThat(
                        replica.generation().value())
                .isEqualTo(6));
        assertThat(datastore.jobs()).isEmpty();
    }

    private Coordinator coordinator() throws InterruptedException {
        var usual = TransactionSettings.DEFAULT;
        var settings = new TransactionSettings(
                Duration.ofMinutes(10), // nobody renews it
                usual.grace(),
                usual.voteLimit(),
                usual.nodeVoteLimit(),
                usual.returnDelay(),
                usual.readLimit(),
                usual.turnLimit(),
                usual.serialized(),
                usual.votesOnPublicPort());
        var lease = new ProxyLease(
                new ProxyIdentity("proxy", "host"),
                settings.lease(),
                () -> datastore,
                clock,
                _ -> Thread.ofVirtual().unstarted(() -> {}));
        lease.start();
        var view = new ClusterView(
                Map.of(DEFAULT, new ClusterView.Group(List.of(one, two), 0)),
                Set.of(new NodeId(DEFAULT, one), new NodeId(DEFAULT, two)));
        return new Coordinator(new CoordinatorParts(
                RpcCatalogue.builtin(),
                () -> datastore,
                new ScriptedNodeCalls(),
                () -> view,
                _ -> request -> request.replicas().getFirst(),
                _ -> _ -> new ElectionDecision.Vacant("the stored one stays"),
                _ -> {},
                lease,
                settings,
                new RecordingMeters(),
                clock,
                Thread.ofVirtual().factory(),
                1,
                100));
    }

    private Placement placement() throws InterruptedException {
        return datastore.placements().find(KEY).orElseThrow();
    }

    private static long number(TestNode.Received call) {
        var json = new String(
                Base64.getDecoder().decode(call.header("gitaly-reference-transaction")), StandardCharsets.UTF_8);
        var found = NUMBER.matcher(json);
        assertThat(found.find()).as(json).isTrue();
        return Long.parseUnsignedLong(found.group(1));
    }

    private static VoteTransactionRequest vote(long number, StorageName node, char hash, Phase phase) {
        byte[] bytes = new byte[20];
        Arrays.fill(bytes, (byte) hash);
        return VoteTransactionRequest.newBuilder()
                .setTransactionId(number)
                .setNode(node.value())
                .setReferenceUpdatesHash(ByteString.copyFrom(bytes))
                .setPhase(phase)
                .build();
    }

    /// On the connection on which the node got its call.
    private static ListenableFuture<VoteTransactionResponse> cast(TestNode.Received call, VoteTransactionRequest vote) {
        var channel = WireSession.of(call.call.getAttributes()).orElseThrow().backchannel();
        return RefTransactionGrpc.newFutureStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .voteTransaction(vote);
    }

    private static TransactionState state(ListenableFuture<VoteTransactionResponse> answer) throws Exception {
        return answer.get(10, TimeUnit.SECONDS).getState();
    }

    private static void end(TestNode.Received node) {
        node.call.sendHeaders(new Metadata());
        node.call.sendMessage(new byte[0]);
        node.call.close(Status.OK, new Metadata());
    }
}
