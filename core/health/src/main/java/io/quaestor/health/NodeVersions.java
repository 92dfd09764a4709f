package io.quaestor.health;

import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which program each node runs. Nodes are asked whenever they become healthy: nobody upgrades one without stopping it.
/// What a node said stays until it says something else.
///
/// **Threads:** any.
public final class NodeVersions implements HealthListener {

    private static final Logger LOG = LoggerFactory.getLogger(NodeVersions.class);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final NodeVersion question;
    private final ThreadFactory threads;
    private volatile Map<NodeId, String> known = Map.of();

    /// @param threads makes virtual threads; one for each change of health
    public NodeVersions(NodeVersion question, ThreadFactory threads) {
        this.question = question;
        this.threads = threads;
    }

    /// What is known; the same map as long as nothing changes. Never blocks.
    public Map<NodeId, String> known() {
        return known;
    }

    @Override
    public void changed(NodeId node, boolean healthy, String reason) {
        if (healthy) {
            threads.newThread(() -> ask(node)).start();
        }
    }

    private void ask(NodeId node) {
        try {
            keep(node, question.ask(node, LIMIT));
        } catch (NodeCallException e) {
            LOG.debug("node {} did not say which program it runs: {}", node, e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void keep(NodeId node, String version) {
        if (!version.isEmpty() && !version.equals(known.get(node))) {
            var more = new HashMap<>(known);
            more.put(node, version);
            known = Map.copyOf(more);
        }
    }
}
