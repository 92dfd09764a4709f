package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The calls at the nodes of one forwarding. The test is the nodes; this is the transport between.
final class ScriptedCalls implements Carrier {

    private final Forwarding forwarding;
    private final TestLoop loop;
    private final ScriptedResult result = new ScriptedResult();
    private final Map<NodeId, @Nullable DestinationEnd> calls = new LinkedHashMap<>();
    private final Set<NodeId> leaving = new HashSet<>();
    private final List<String> acts = new ArrayList<>();
    private boolean clientGone;

    ScriptedCalls(Forwarding forwarding, TestLoop loop) {
        this.forwarding = forwarding;
        this.loop = loop;
        for (var destination : forwarding.destinations()) {
            calls.put(destination.node(), null);
        }
        assertThat(calls).hasSameSizeAs(forwarding.destinations()).isNotEmpty();
    }

    void open() {
        forwarding.opened(this);
    }

    /// A client that has gone before anything left.
    void endUnsent() {
        open();
        clientGone = true;
        List.copyOf(calls.keySet())
                .forEach(node -> end(new DestinationEnd(node, StatusCode.CANCELLED, "", false, false)));
    }

    Forwarding forwarding() {
        return forwarding;
    }

    ScriptedResult result() {
        return result;
    }

    /// What the coordinator did with calls, as in `give up g2`.
    List<String> acts() {
        return acts;
    }

    boolean isLive(NodeId node) {
        return calls.containsKey(node) && calls.get(node) == null && !leaving.contains(node);
    }

    List<NodeId> live() {
        return calls.keySet().stream().filter(this::isLive).toList();
    }

    boolean haveEnded() {
        return !calls.containsValue(null);
    }

    /// A call ends, unless it has ended or is being cancelled.
    void end(DestinationEnd end) {
        if (isLive(end.node())) {
            ended(end);
        }
    }

    void clientGoes() {
        if (clientGone || haveEnded()) {
            return;
        }
        clientGone = true;
        if (forwarding.endsWithClient()) {
            acts.add("cancel all");
            live().forEach(node -> leave(node, StatusCode.CANCELLED, "the client has gone"));
        }
    }

    @Override
    public void giveUp(NodeId node, String reason) {
        loop.assertEntered();
        acts.add("give up " + node.storage());
    }

    @Override
    public void release(NodeId node, String reason, Duration limit) {
        loop.assertEntered();
        if (isLive(node)) {
            acts.add("release " + node.storage() + " for " + limit.toSeconds() + "s");
            ended(new DestinationEnd(node, StatusCode.UNAVAILABLE, reason, true, false));
        }
    }

    /// The end of a cancelled call follows later.
    private void leave(NodeId node, StatusCode status, String reason) {
        leaving.add(node);
        loop.add(() -> ended(new DestinationEnd(node, status, reason, true, false)));
    }

    private void ended(DestinationEnd end) {
        calls.put(end.node(), end);
        forwarding.nodeEnded(end);
        if (haveEnded() && !result.isOffered()) {
            result.offer();
            forwarding.ended(List.copyOf(calls.values()), result);
        }
    }
}
