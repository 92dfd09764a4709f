package io.quaestor.simulation.proxy;

import io.quaestor.simulation.engine.Chance;
import io.quaestor.simulation.engine.SimulatedClock;
import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import io.quaestor.simulation.nodes.NodeService;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.replication.NodeCallException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Calls that a proxy makes by itself, and waits for.
final class NodeQuestions {

    static final int UNAVAILABLE = 14;
    private static final int DEADLINE_EXCEEDED = 4;

    private final Links links;
    private final SimulatedClock clock;
    private final Chance chance;

    NodeQuestions(Links links, SimulatedClock clock, Chance chance) {
        this.links = links;
        this.clock = clock;
        this.chance = chance;
    }

    /// What is asked. Runs at the node.
    @FunctionalInterface
    interface Question<A> {

        /// @return takes it back
        Runnable put(NodeService node, Consumer<A> reply);
    }

    <A> A ask(NodeId node, Duration limit, Question<A> question) throws NodeCallException, InterruptedException {
        var connection = links.connection(node);
        if (connection == null) {
            clock.sleep(chance.millis(0, 100));
            throw new NodeCallException(node, UNAVAILABLE, "connection refused");
        }
        var asked = new Asked<A>(connection);
        connection.joinAtProxy(asked);
        connection.toNode(() -> asked.takeBack = question.put(links.service(node, connection), asked::answered));
        try {
            return asked.await(node, limit);
        } finally {
            connection.leaveAtProxy(asked);
        }
    }

    private final class Asked<A> implements Peer {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition news = lock.newCondition();
        private final Connection connection;
        private @Nullable A answer;
        private boolean lost;
        private @Nullable Runnable takeBack;

        Asked(Connection connection) {
            this.connection = connection;
        }

        void answered(A given) {
            lock.lock();
            try {
                answer = given;
                news.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void connectionLost() {
            lock.lock();
            try {
                lost = true;
                news.signalAll();
            } finally {
                lock.unlock();
            }
        }

        A await(NodeId node, Duration limit) throws NodeCallException, InterruptedException {
            long deadline = clock.nanos() + limit.toNanos();
            lock.lock();
            try {
                while (answer == null && !lost) {
                    long left = deadline - clock.nanos();
                    if (left <= 0) {
                        cancel();
                        throw new NodeCallException(node, DEADLINE_EXCEEDED, "no answer in time");
                    }
                    clock.await(news, Duration.ofNanos(left));
                }
                if (answer == null) {
                    throw new NodeCallException(node, UNAVAILABLE, "connection lost");
                }
                return answer;
            } catch (InterruptedException e) {
                cancel();
                throw e;
            } finally {
                lock.unlock();
            }
        }

        private void cancel() {
            connection.toNode(() -> {
                if (takeBack != null) {
                    takeBack.run();
                }
            });
        }
    }
}
