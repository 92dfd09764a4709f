package io.quaestor.coordinator;

import io.quaestor.catalogue.RepositoryRequest;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.ReplicaPath;
import io.quaestor.spi.model.StorageName;
import io.quaestor.transaction.Electorate;
import io.quaestor.transaction.NodeEnd;
import io.quaestor.transaction.Transaction;
import io.quaestor.transaction.WriteAttempt;
import io.quaestor.transaction.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A write on its way: to the primary and all secondaries that are up to date, with their votes, to its record.
///
/// ```text
///  opened ──first permission──▶ permitted ──all have ended, or are waited for no longer──▶ judged ──▶ recorded
///    │                            nothing is cancelled any more                               │
///    └──client gone, primary ended: given up───────────────────────▶ nothing was changed ◀───┘
/// ```
///
/// **Threads:** the event loop of the call. **Blocking:** never.
final class VotedWrite implements Forwarding, OpenTransaction.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(VotedWrite.class);

    /// What a node still has to do after its client's time is over: to end what it was permitted.
    private static final Duration DEADLINE_MARGIN = Duration.ofSeconds(10);

    private static final Carrier NOT_OPENED = new Carrier() {
        @Override
        public void giveUp(NodeId node, String reason) {}

        @Override
        public void release(NodeId node, String reason, Duration limit) {}
    };

    private final WritingParts parts;
    private final Exchange exchange;
    private final WritePlan plan;
    private final WriteIntent intent;
    private final List<Destination> destinations;
    private final @Nullable OpenTransaction transaction;
    private final Map<StorageName, NodeEnd> ends = new LinkedHashMap<>();
    private final Set<StorageName> givenUp = new HashSet<>();
    private final HeldTurn turn;
    private Carrier carrier = NOT_OPENED;
    private @Nullable Runnable grace;
    private @Nullable Runnable clientLimit;
    private boolean marked;
    private boolean over;

    /// @param intent opened already, or to be opened when it is needed
    /// @param turn   ends the turn that this write has; `null` if it has none yet
    private VotedWrite(
            WritingParts parts,
            Exchange exchange,
            RepositoryRequest request,
            WritePlan plan,
            WriteIntent intent,
            @Nullable Runnable turn) {
        this.parts = parts;
        this.exchange = exchange;
        this.plan = plan;
        this.intent = intent;
        this.turn = new HeldTurn(parts, exchange, plan, turn);
        destinations = destinations(request, plan);
        transaction = plan.rpc().transactional() ? open() : null;
    }

    /// Sends one.
    ///
    /// @param turn as for the constructor
    static void send(
            WritingParts parts,
            Exchange exchange,
            RepositoryRequest request,
            WritePlan plan,
            WriteIntent intent,
            @Nullable Runnable turn) {
        VotedWrite write;
        try {
            write = new VotedWrite(parts, exchange, request, plan, intent, turn);
        } catch (RuntimeException | Error e) { // nothing has left, so nobody needs to know of it
            intent.withdraw();
            if (turn != null) {
                parts.background().start(turn);
            }
            throw e;
        }
        if (plan.writesOutsideVotes() && !isLeaseHeld(parts, intent)) { // to send it is to permit it
            write.refuse();
        } else {
            exchange.forward(write);
        }
    }

    private static boolean isLeaseHeld(WritingParts parts, WriteIntent intent) {
        return intent.opened().filter(open -> !parts.lease().isHeld(open.life())).isEmpty();
    }

    private void refuse() {
        intent.withdraw();
        turn.endSoon();
        exchange.fail(Failures.LEASE_OVER);
    }

    private static List<Destination> destinations(RepositoryRequest request, WritePlan plan) {
        var destinations = new ArrayList<Destination>();
        for (var node : plan.nodes()) {
            var storage = node.storage().value();
            var bytes = request.rewrittenFor(
                    storage,
                    plan.path().value(),
                    plan.additionalPath().map(ReplicaPath::value).orElse(""));
            Map<String, String> headers = plan.rpc().transactional()
                    ? TransactionHeader.of(plan.number(), storage, destinations.isEmpty())
                    : Map.of();
            destinations.add(new Destination(node, bytes, headers));
        }
        return List.copyOf(destinations);
    }

    private OpenTransaction open() {
        var electorate = Electorate.of(plan.primary(), plan.secondaries());
        return new OpenTransaction(
                plan.number(),
                exchange,
                parts,
                plan.nodes(),
                Transaction.begin(electorate, plan.preparingApart()),
                this);
    }

    @Override
    public List<Destination> destinations() {
        return destinations;
    }

    @Override
    public Duration deadlineMargin() {
        return DEADLINE_MARGIN;
    }

    @Override
    public void opened(Carrier calls) {
        carrier = calls;
        if (transaction != null) {
            parts.transactions().add(transaction);
            parts.meters().registered(destinations.size());
            if (intent.isSettled()) {
                intent.whenSettled(this::gate);
            } else if (!plan.rpc().streaming().isOfClient()) {
                intent.request(this::gate); // nobody waits for a slow client: it is there before the first vote
            }
        }
    }

    private void gate(WriteIntent.State state) {
        if (transaction == null || over) {
            return;
        }
        switch (state) {
            case WriteIntent.State.Opened(var opened) -> transaction.allow(opened.orElse(null));
            case WriteIntent.State.Refused(var reason) -> transaction.forbid(reason);
        }
    }

    // what happens while it lasts

    @Override
    public void wantsPermission() {
        if (!over && !intent.isRequested()) {
            intent.request(this::gate);
        }
    }

    @Override
    public boolean beforeLocks() {
        return !over && turn.request(() -> {
            if (transaction != null) {
                transaction.goOn();
            }
        });
    }

    @Override
    public void stepped() {
        if (transaction == null || over) {
            return;
        }
        var state = transaction.state();
        if (state.isPermitted()) {
            marked = true;
            parts.underWay().changed(plan.key(), this, state.current());
        }
    }

    @Override
    public void dismissed(NodeId node) {
        giveUp(node, "its vote did not come in time");
    }

    /// Waits for a node no longer. One that may be writing is left alone for long. Any other is told at its next vote that it
    /// may not go on, and has some time for that: a Gitaly whose call is cancelled kills Git, and if that holds a lock, it
    /// stays.
    private void giveUp(NodeId node, String reason) {
        if (ends.containsKey(node.storage()) || !givenUp.add(node.storage())) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("virtual_storage", node.virtualStorage().name())
                .addKeyValue("storage", node.storage().value())
                .addKeyValue("relative_path", plan.key().relativePath())
                .addKeyValue("reason", reason)
                .log("a write goes on without a node");
        boolean mayWrite = isPermitted() || plan.writesOutsideVotes();
        carrier.release(node, reason, mayWrite ? parts.settings().nodeVoteLimit() : parts.settings().grace());
    }

    @Override
    public void nodeEnded(DestinationEnd end) {
        var storage = end.node().storage();
        var kind = Ends.of(end);
        ends.put(storage, kind);
        boolean primary = storage.equals(plan.primary());
        if (transaction != null) {
            if (kind.kind() == NodeEnd.Kind.NOT_REACHED && !primary) {
                transaction.exclude(storage);
            } else {
                if (primary && kind.kind() == NodeEnd.Kind.FAILED) {
                    transaction.forbid("the primary has failed"); // what it could not do, nobody does
                }
                transaction.leave(storage, kind.kind() == NodeEnd.Kind.OK);
            }
        }
        if (primary) {
            primaryEnded(kind);
        }
    }

    /// The others have little time left, or none where they cannot get a quorum any more.
    private void primaryEnded(NodeEnd end) {
        boolean hopeless = !isPermitted() && !plan.writesOutsideVotes() && end.kind() != NodeEnd.Kind.OK;
        if (hopeless) {
            if (transaction != null) {
                transaction.forbid("the primary has ended the call"); // an intent may still be on its way
            }
            others("the primary has ended the call");
        } else if (grace == null && ends.size() < destinations.size()) {
            grace = exchange.later(parts.settings().grace(), () -> others("it did not end in time after the primary"));
        }
    }

    private void others(String reason) {
        destinations.forEach(destination -> giveUp(destination.node(), reason));
    }

    /// What was sent is permitted where nodes write outside votes.
    @Override
    public boolean endsWithClient() {
        if (isPermitted() || plan.writesOutsideVotes()) {
            clientLimit =
                    exchange.later(parts.settings().nodeVoteLimit(), () -> others("its client has gone long ago"));
            return false;
        }
        if (transaction != null) {
            transaction.end(); // nobody may be permitted anything from now on
        }
        others("the client has gone");
        return false;
    }

    private boolean isPermitted() {
        return transaction != null && transaction.state().isPermitted();
    }

    // the end

    @Override
    public void ended(List<DestinationEnd> all, Completion completion) {
        all.forEach(end -> ends.putIfAbsent(end.node().storage(), Ends.of(end)));
        over = true;
        if (grace != null) {
            grace.run();
        }
        if (clientLimit != null) {
            clientLimit.run();
        }
        if (transaction != null) {
            transaction.end();
            parts.transactions().remove(transaction);
        }
        var outcome = WriteOutcome.of(attempt());
        log(outcome);
        switch (outcome) {
            case WriteOutcome.Unchanged unchanged -> unchanged(unchanged, completion);
            case WriteOutcome.Changed changed -> record(changed, completion);
        }
    }

    private WriteAttempt attempt() {
        return new WriteAttempt(
                plan.primary(),
                inOrder(),
                plan.absent(),
                Optional.ofNullable(transaction).map(OpenTransaction::state),
                plan.writesOutsideVotes(),
                !plan.rpc().hooks(),
                plan.creation());
    }

    private Map<StorageName, NodeEnd> inOrder() {
        var ordered = new LinkedHashMap<StorageName, NodeEnd>();
        for (var destination : destinations) {
            var storage = destination.node().storage();
            ordered.put(storage, ends.getOrDefault(storage, new NodeEnd(NodeEnd.Kind.VANISHED, "")));
        }
        return ordered;
    }

    private void record(WriteOutcome.Changed changed, Completion completion) {
        changed.causes().values().forEach(parts.meters()::outcome);
        var record = plan.record(changed, exchange.correlationId(), intent.opened().map(Intent::id));
        var endsTurn = turn.close();
        parts.recorder().record(record, intent.opened(), completion, new WriteRecorder.Listener() {
            @Override
            public void tried() {
                endsTurn.run(); // the next one finds the newest placement
            }

            @Override
            public void settled(@Nullable WriteResult result) {
                noLongerUnderWay();
                boolean refused = result instanceof WriteResult.Exists || result instanceof WriteResult.Missing;
                if (plan.creation() && refused) {
                    parts.leftovers().removeUnlessKnown(plan, exchange.correlationId());
                }
            }
        });
    }

    private void unchanged(WriteOutcome.Unchanged unchanged, Completion completion) {
        noLongerUnderWay();
        turn.endSoon();
        if (plan.creation()) { // whoever hears that it failed may try again at once
            parts.recorder().withoutRecord(completion, () -> {
                if (unchanged.leftovers()) {
                    parts.leftovers().remove(plan, exchange.correlationId());
                }
                intent.opened().ifPresent(parts.intents()::withdraw);
            });
        } else {
            intent.withdraw();
            completion.pass();
        }
    }

    private void noLongerUnderWay() {
        if (marked) {
            parts.underWay().ended(plan.key(), this);
        }
    }

    private void log(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Changed changed && !changed.outdated().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("virtual_storage", plan.key().virtualStorage().name())
                    .addKeyValue("relative_path", plan.key().relativePath())
                    .addKeyValue("transaction.primary", plan.primary().value())
                    .addKeyValue("transaction.secondaries", changed.causes().toString())
                    .addKeyValue("reason", changed.reason())
                    .log("transactional node states");
        }
    }
}
