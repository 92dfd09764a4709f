package io.quaestor.runtime.plugin;

import io.quaestor.spi.replication.CopyTask;
import io.quaestor.spi.replication.NodeCallException;
import io.quaestor.spi.replication.NodeCalls;
import io.quaestor.spi.replication.RemovalTask;
import io.quaestor.spi.replication.ReplicationResult;
import io.quaestor.spi.replication.ReplicationTransport;

/// A transport of which one knows whether it is still at work: a copy takes as long as the repository is large.
final class CountedTransport implements ReplicationTransport {

    private final ReplicationTransport transport;
    private final CallCount calls;

    CountedTransport(ReplicationTransport transport, CallCount calls) {
        this.transport = transport;
        this.calls = calls;
    }

    @Override
    public ReplicationResult copy(CopyTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        calls.begin();
        try {
            return transport.copy(task, nodes);
        } finally {
            calls.end();
        }
    }

    @Override
    public void remove(RemovalTask task, NodeCalls nodes) throws NodeCallException, InterruptedException {
        calls.begin();
        try {
            transport.remove(task, nodes);
        } finally {
            calls.end();
        }
    }
}
