package io.quaestor.wire.sidechannel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Broken;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Completed;
import io.quaestor.wire.yamux.StreamListener;
import io.quaestor.wire.yamux.YamuxStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Joins a node's sidechannel to a client's: bytes pass verbatim, since both legs are framed alike (TR 2.7).
///
/// - Credit goes back to a source only when its bytes were handed to the sink's socket: a slow client slows its node and nobody
///   else, and at most a window is held.
/// - The node's end is the end. Everything is flushed to the client first; then the outcome is known and the RPC's answer may follow.
/// - What breaks is told to the node by RST at once, so that its writer does not hang in a full window. The client still gets what
///   had arrived.
///
/// **Threads:** the legs may be on two event loops; each end is touched on its own. State is kept on the client's.
public final class Splice {

    /// For a client that still sends after the end; then RST, by which it may lose what it has not read (TR 2.7).
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);

    private final YamuxStream node;
    private final YamuxStream client;
    private final EventLoop nodeLoop;
    private final EventLoop clientLoop;
    private final SidechannelObserver observer;
    private final Consumer<SidechannelOutcome> done;
    private long toNode;
    private long toClient;
    private boolean nodeEnded;
    private boolean ended;
    private @Nullable Future<?> watch;

    private Splice(YamuxStream node, YamuxStream client, SidechannelObserver observer, Consumer<SidechannelOutcome> done) {
        this.node = node;
        this.client = client;
        this.nodeLoop = node.session().eventLoop();
        this.clientLoop = client.session().eventLoop();
        this.observer = observer;
        this.done = done;
    }

    /// Joins two confirmed streams. Called on the client's event loop.
    ///
    /// @param node   opened by the node
    /// @param client opened towards the client
    /// @param done   told the outcome once, on the client's event loop
    public static Splice start(
            YamuxStream node, YamuxStream client, SidechannelObserver observer, Consumer<SidechannelOutcome> done) {
        Splice splice = new Splice(node, client, observer, done);
        observer.opened();
        client.listen(splice.new FromClient());
        on(splice.nodeLoop, () -> node.listen(splice.new FromNode()));
        return splice;
    }

    /// Breaks both ends at once: the RPC was cancelled. Any thread.
    public void abort(String reason) {
        on(clientLoop, () -> {
            if (!ended) {
                client.reset();
                broken(reason);
            }
        });
    }

    /// The node's answer to the RPC is there. A node ends its stream before it answers, so one that has not within `grace`
    /// is broken off; and a client that takes nothing for `patience` is given up. Any thread.
    public void answered(Duration grace, Duration patience) {
        on(clientLoop, () -> {
            if (!ended) {
                watch = nodeEnded ? watchClient(patience, toClient) : watchNode(grace, patience);
            }
        });
    }

    private Future<?> watchNode(Duration grace, Duration patience) {
        return after(grace, () -> {
            if (!nodeEnded) {
                nodeGone("node answered without ending its stream");
            }
            watch = watchClient(patience, toClient);
        });
    }

    private Future<?> watchClient(Duration patience, long before) {
        return after(patience, () -> {
            if (toClient == before) {
                client.reset();
                broken("client took nothing for " + patience.toSeconds() + " s");
            } else {
                watch = watchClient(patience, toClient);
            }
        });
    }

    private Future<?> after(Duration delay, Runnable check) {
        return clientLoop.schedule(
                () -> {
                    if (!ended) {
                        check.run();
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// The node sent all it had.
    private void nodeFinished() {
        if (ended || nodeEnded) {
            return;
        }
        on(nodeLoop, node::finishNow); // it has closed: what it has not read by now it never will
        endClient(() -> new Completed(toNode, toClient));
    }

    /// The node's stream broke. The client gets what came before; the RPC's status tells that it is not all.
    private void nodeGone(String reason) {
        if (ended || nodeEnded) {
            return;
        }
        on(nodeLoop, node::reset);
        endClient(() -> new Broken(reason));
    }

    private void endClient(Supplier<SidechannelOutcome> outcome) {
        nodeEnded = true;
        client.write(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (flushed.isSuccess()) {
                end(outcome.get());
            }
        });
        client.finish();
        if (!client.isPeerFinished()) {
            client.listen(new AfterTheEnd());
        }
    }

    private void broken(String reason) {
        on(nodeLoop, node::reset);
        end(new Broken(reason));
    }

    private void end(SidechannelOutcome outcome) {
        if (ended) {
            return;
        }
        ended = true;
        if (watch != null) {
            watch.cancel(false);
        }
        if (!client.isPeerFinished()) {
            client.drain(DRAIN_LIMIT);
        }
        observer.closed(outcome);
        done.accept(outcome);
    }

    private static void on(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private final class FromNode implements StreamListener {

        @Override
        public void data(ByteBuf bytes) {
            int length = bytes.readableBytes();
            on(clientLoop, () -> client.write(bytes).addListener(written -> {
                if (written.isSuccess()) {
                    toClient += length;
                    observer.toClient(length);
                    on(nodeLoop, () -> node.credit(length));
                }
            }));
        }

        @Override
        public void finished() {
            on(clientLoop, Splice.this::nodeFinished);
        }

        @Override
        public void aborted(String reason) {
            on(clientLoop, () -> nodeGone("node: " + reason));
        }
    }

    private final class FromClient implements StreamListener {

        @Override
        public void data(ByteBuf bytes) {
            int length = bytes.readableBytes();
            on(nodeLoop, () -> node.write(bytes).addListener(written -> {
                boolean success = written.isSuccess();
                on(clientLoop, () -> {
                    if (success) {
                        toNode += length;
                        observer.toNode(length);
                    }
                    client.credit(length); // also for bytes that the node did not want any more
                });
            }));
        }

        @Override
        public void finished() {
            on(nodeLoop, node::finish);
        }

        @Override
        public void aborted(String reason) {
            if (!ended) {
                broken("client: " + reason);
            }
        }
    }

    /// The node has ended, the client still gets the rest. What it sends meanwhile is of no use, but must not stall it.
    private final class AfterTheEnd implements StreamListener {

        @Override
        public void data(ByteBuf bytes) {
            int length = bytes.readableBytes();
            bytes.release();
            client.credit(length);
        }

        @Override
        public void finished() {}

        @Override
        public void aborted(String reason) {
            if (!ended) {
                broken("client: " + reason);
            }
        }
    }
}
