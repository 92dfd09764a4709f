package io.quaestor.wire;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.quaestor.wire.sidechannel.SidechannelObserver;
import io.quaestor.wire.sidechannel.SidechannelOpening;
import io.quaestor.wire.sidechannel.SidechannelOutcome;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Broken;
import io.quaestor.wire.sidechannel.SidechannelOutcome.Unused;
import io.quaestor.wire.sidechannel.Splice;
import io.quaestor.wire.yamux.YamuxStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries the sidechannel of one RPC through a proxy (TR 2.5, 2.7).
///
/// ```text
///  client                     proxy                        node
///    │── RPC, id N ──────────▶ │── RPC, id M ─────────────▶ │   with(options) gives the id M
///    │ ◀── sidechannel N ───── │ ◀── sidechannel M ──────── │   opened only when the node opens its own
///    │ ◀════ bytes, spliced ═▶ │ ◀═════════════════════════▶ │
///    │ ◀── end ─────────────── │ ◀── end, then the answer ─ │
///    │ ◀── answer ──────────── │   whenFlushed(…)           │
/// ```
///
/// Use: `of` for each RPC that carries the header; `with` for the options of the call to the node; `whenFlushed` when the node's answer or
/// error is there, before any of it is passed on; `cancel` when the client's call is cancelled. One object serves one RPC of a
/// client. Where [#isUsed] the RPC must not be tried on another node: the client expects one sidechannel.
///
/// **Threads:** any. Nothing blocks.
public final class SidechannelProxy {

    /// A node ends its stream before it answers, on the same connection; this is for answers that we made up ourselves.
    private static final Duration GRACE = Duration.ofSeconds(5);

    /// For a client that takes nothing after the answer; Gitaly gives up then as well (TR 1.5).
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Optional<WireSession> client;
    private final long clientId;
    private final SidechannelObserver observer;
    private final AtomicBoolean used = new AtomicBoolean();
    private final CompletableFuture<SidechannelOutcome> outcome = new CompletableFuture<>();
    private volatile @Nullable YamuxStream node;
    private volatile @Nullable Splice splice;
    private volatile boolean cancelled;
    private volatile boolean answered;

    private SidechannelProxy(Optional<WireSession> client, long clientId, SidechannelObserver observer) {
        this.client = client;
        this.clientId = clientId;
        this.observer = observer;
    }

    /// The proxy for an RPC that came in.
    ///
    /// @param transport attributes of the client's call
    /// @param headers   of the client's call. Its id must not reach a node as it is; [#with] replaces it, and where there is no
    ///                  proxy the caller removes it
    /// @return empty if the client announced no sidechannel
    public static Optional<SidechannelProxy> of(
            @Grpc.TransportAttr Attributes transport, Metadata headers, SidechannelObserver observer) {
        String id = headers.get(SidechannelAnnouncement.ID); // the last one
        return id == null
                ? Optional.empty()
                : Optional.of(new SidechannelProxy(WireSession.of(transport), parse(id), observer));
    }

    /// Options for the call to the node: they announce our own sidechannel on the connection that the call gets.
    public CallOptions with(CallOptions options) {
        return options.withStreamTracerFactory(new SidechannelAnnouncement(this::opened, () -> {}));
    }

    /// Whether a node has opened its sidechannel.
    public boolean isUsed() {
        return used.get();
    }

    /// Calls back when all bytes that the node sent were handed to the client's connection, or never will be. Must be called when
    /// the node's call has answered or ended, so that a sidechannel that outlives it is broken off.
    ///
    /// @param action called once: at once if nothing is under way, else on the event loop of the client's connection
    public void whenFlushed(Consumer<SidechannelOutcome> action) {
        answered = true;
        if (!used.get()) {
            outcome.complete(new Unused());
        }
        Splice running = splice;
        if (running != null) {
            running.answered(GRACE, PATIENCE);
        }
        outcome.thenAccept(action);
    }

    /// Breaks the sidechannel at once, at both ends.
    public void cancel() {
        cancelled = true;
        Splice running = splice;
        YamuxStream opened = node;
        if (running != null) {
            running.abort("cancelled");
        } else if (opened != null) {
            resetNode(opened);
        }
    }

    /// On the event loop of the node's connection.
    private void opened(YamuxStream stream) {
        if (used.getAndSet(true) || cancelled || answered) { // a second one has no end at the client
            stream.reset();
            outcome.complete(new Broken(cancelled ? "cancelled" : "node opened it too late"));
            return;
        }
        node = stream;
        if (client.isEmpty()) {
            stream.reset();
            outcome.complete(new Broken("sidechannel: fail to extract yamux session: non-multiplexed connection"));
            return;
        }
        client.get().sidechannels().open(clientId, new SidechannelOpening() {
            @Override
            public void opened(YamuxStream downstream) {
                Splice running = Splice.start(stream, downstream, observer, outcome::complete);
                splice = running;
                if (cancelled) {
                    running.abort("cancelled");
                } else if (answered) {
                    running.answered(GRACE, PATIENCE);
                }
            }

            @Override
            public void failed(String reason) {
                resetNode(stream);
                outcome.complete(new Broken(reason));
            }
        });
    }

    private static void resetNode(YamuxStream stream) {
        stream.session().eventLoop().execute(stream::reset);
    }

    private static long parse(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            return 0; // as Gitaly takes it (TR 2.2); hardly anybody waits for it
        }
    }
}
