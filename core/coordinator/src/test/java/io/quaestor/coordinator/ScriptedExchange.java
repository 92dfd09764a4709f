package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.coordinator.VoteReceiver.CastVote;
import io.quaestor.spi.model.NodeId;
import io.quaestor.transaction.VotePhase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A client's call whose event loop is the thread of the test, and whose nodes vote and answer as the test says. After
/// each step everything in the proxy comes to rest.
final class ScriptedExchange implements Exchange {

    private static final Pattern NUMBER = Pattern.compile("\"id\":(\\d+)");

    private final ProxyFixture proxy;
    private final Map<String, String> headers = new HashMap<>();
    private final List<String> decisions = new ArrayList<>();
    private @Nullable ScriptedCalls calls;
    private byte @Nullable [] answer;
    private @Nullable Failure failure;
    private volatile boolean clientGone;

    ScriptedExchange(ProxyFixture proxy) {
        this.proxy = proxy;
    }

    ScriptedExchange with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    // what the coordinator asks

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public String correlationId() {
        return "correlation-1";
    }

    @Override
    public void execute(Runnable task) {
        proxy.loop.add(task);
    }

    @Override
    public Runnable later(Duration delay, Runnable task) {
        proxy.loop.assertEntered();
        return proxy.clock.schedule(delay, task);
    }

    @Override
    public boolean isOver() {
        return clientGone || failure != null || answer != null || (calls != null && calls.result().isTold());
    }

    @Override
    public void forward(Forwarding forwarding) {
        decide("forward");
        calls = new ScriptedCalls(forwarding, proxy.loop);
        if (clientGone) {
            calls.endUnsent();
        } else {
            calls.open();
        }
    }

    @Override
    public void answer(byte[] message) {
        decide("answer");
        this.answer = message;
    }

    @Override
    public void fail(Failure failure) {
        decide("fail");
        this.failure = failure;
    }

    private void decide(String decision) {
        proxy.loop.assertEntered();
        decisions.add(decision);
        assertThat(decisions).as("exactly one decision").hasSize(1);
    }

    // what became of it

    boolean isDecided() {
        return !decisions.isEmpty();
    }

    /// Turns the event loop until the call is forwarded, answered or refused.
    ScriptedExchange awaitDecision() throws InterruptedException {
        proxy.loop.turnUntil("the call is forwarded, answered or refused", this::isDecided);
        proxy.settle();
        return this;
    }

    Forwarding forwarding() throws InterruptedException {
        return calls().forwarding();
    }

    private ScriptedCalls calls() throws InterruptedException {
        awaitDecision();
        assertThat(failure).isNull();
        return Objects.requireNonNull(calls, "the call was not forwarded");
    }

    Failure failure() throws InterruptedException {
        awaitDecision();
        return Objects.requireNonNull(failure, "the call was not refused");
    }

    byte[] answer() throws InterruptedException {
        awaitDecision();
        assertThat(failure).isNull();
        return Objects.requireNonNull(answer, "the call was not answered");
    }

    Destination destination() throws InterruptedException {
        return forwarding().destinations().getFirst();
    }

    /// The names of the storages that the call goes to.
    List<String> storages() throws InterruptedException {
        return forwarding().destinations().stream()
                .map(d -> d.node().storage().value())
                .toList();
    }

    /// The names of the storages whose call has not ended.
    List<String> live() throws InterruptedException {
        return calls().live().stream().map(node -> node.storage().value()).toList();
    }

    /// What the client is told in the end; `waits` if everything has come to rest and it is told nothing.
    String told() throws InterruptedException {
        proxy.settle();
        return calls().result().toString();
    }

    /// What the coordinator did with the calls at nodes.
    List<String> acts() throws InterruptedException {
        return calls().acts();
    }

    // what nodes and the client do

    /// The number of the transaction, as nodes are told it.
    long number() throws InterruptedException {
        var header = destination().headers().get("gitaly-reference-transaction");
        var matcher = NUMBER.matcher(new String(
                Base64.getDecoder().decode(Objects.requireNonNull(header, "nobody votes")), StandardCharsets.UTF_8));
        assertThat(matcher.find()).isTrue();
        return Long.parseUnsignedLong(matcher.group(1));
    }

    /// A node votes over its own connection.
    ///
    /// @param change equal ones are equal votes; `0` is the vote of all zeros
    CastReply vote(String storage, VotePhase phase, char change) throws InterruptedException {
        return vote(Optional.of(node(storage)), storage, phase, hash(change));
    }

    CastReply vote(Optional<NodeId> from, String storage, VotePhase phase, byte[] hash) throws InterruptedException {
        var reply = new CastReply();
        var vote = new CastVote(number(), storage, hash, phase);
        reply.takenBackBy(proxy.coordinator.votes().vote(from, vote, reply));
        proxy.settle();
        return reply;
    }

    CastReply stop(String storage) throws InterruptedException {
        var reply = new CastReply();
        proxy.coordinator.votes().stop(Optional.of(node(storage)), number(), reply);
        proxy.settle();
        return reply;
    }

    static byte[] hash(char change) {
        var hash = new byte[20];
        Arrays.fill(hash, (byte) (change == '0' ? 0 : change));
        return hash;
    }

    static NodeId node(String storage) {
        return NodeId.of("default", storage);
    }

    /// All nodes that are still there vote for a change, are permitted it, and confirm it.
    ScriptedExchange agree(char change) throws InterruptedException {
        var replies = new ArrayList<CastReply>();
        for (var phase : List.of(VotePhase.PREPARED, VotePhase.COMMITTED)) { // the others go on when the primary has made it
            for (var node : calls().live()) {
                replies.add(vote(node.storage().value(), phase, change));
            }
        }
        assertThat(replies).allSatisfy(r -> assertThat(r).hasToString("COMMIT"));
        return this;
    }

    /// Lets all nodes vote alike, where they vote, and say OK.
    String succeed() throws InterruptedException {
        if (destination().headers().containsKey("gitaly-reference-transaction")) {
            agree('a');
        }
        return end(StatusCode.OK, true, true);
    }

    /// Ends the call at all nodes where it has not ended.
    String end(StatusCode status, boolean reached, boolean answered) throws InterruptedException {
        for (var node : calls().live()) {
            end(node.storage().value(), status, reached, answered);
        }
        return told();
    }

    void end(String storage, StatusCode status, boolean reached, boolean answered) throws InterruptedException {
        end(storage, status, status == StatusCode.OK ? "" : "said so", reached, answered);
    }

    void end(String storage, StatusCode status, String text, boolean reached, boolean answered)
            throws InterruptedException {
        calls().end(new DestinationEnd(node(storage), status, text, reached, answered));
        proxy.settle();
    }

    /// A node says OK.
    ScriptedExchange ok(String storage) throws InterruptedException {
        end(storage, StatusCode.OK, true, true);
        return this;
    }

    /// A node ends the call with a failure.
    ScriptedExchange fails(String storage) throws InterruptedException {
        end(storage, StatusCode.INTERNAL, true, true);
        return this;
    }

    /// The connection to a node is lost.
    ScriptedExchange dies(String storage) throws InterruptedException {
        end(storage, StatusCode.UNAVAILABLE, true, false);
        return this;
    }

    /// The connection to a node is lost, and that is heard before anything else that is on its way.
    void diesUnheard(String storage) throws InterruptedException {
        Objects.requireNonNull(calls)
                .end(new DestinationEnd(node(storage), StatusCode.UNAVAILABLE, "said so", true, false));
        proxy.settle();
    }

    /// It becomes clear that nothing has reached a node.
    ScriptedExchange isNotReached(String storage) throws InterruptedException {
        end(storage, StatusCode.UNAVAILABLE, false, false);
        return this;
    }

    ScriptedExchange clientGoes() throws InterruptedException {
        clientGone = true;
        if (calls != null) {
            calls.clientGoes();
        }
        proxy.settle();
        return this;
    }

    /// Ends whatever has not ended.
    void abandon() throws InterruptedException {
        clientGoes();
        if (calls != null) {
            for (var node : calls.live()) {
                calls.end(new DestinationEnd(node, StatusCode.UNAVAILABLE, "", true, false));
            }
        }
        proxy.settle();
    }
}
