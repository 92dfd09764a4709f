package io.quaestor.transport.server;

import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.spi.plugin.Clock;
import org.jspecify.annotations.Nullable;

/// What is counted and logged of one call of a client.
///
/// **Threads:** those of the call, one at a time.
final class CallAccount {

    private final String method;
    private final String label;
    private final Metadata headers;
    private final @Nullable Deadline deadline;
    private final CallMeters meters;
    private final Clock clock;
    private final long startedAt;
    private long requestBytes;
    private long answerBytes;
    private boolean ended;

    /// @param known whether anybody knows the method
    CallAccount(
            String method,
            boolean known,
            Metadata headers,
            @Nullable Deadline deadline,
            CallMeters meters,
            Clock clock) {
        this.method = method;
        this.label = known ? method : CallMeters.UNKNOWN_METHOD;
        this.headers = headers;
        this.deadline = deadline;
        this.meters = meters;
        this.clock = clock;
        this.startedAt = clock.nanos();
        meters.started(label);
    }

    void received(int bytes) {
        requestBytes += bytes;
    }

    void sent(int bytes) {
        answerBytes += bytes;
    }

    /// The first end counts; later ones do not.
    void ended(Status status, String correlationId) {
        if (ended) {
            return;
        }
        ended = true;
        long nanos = clock.nanos() - startedAt;
        meters.ended(label, Statuses.code(status), nanos);
        AccessLog.write(this, status, correlationId, nanos);
    }

    String method() {
        return method;
    }

    Metadata headers() {
        return headers;
    }

    @Nullable Deadline deadline() {
        return deadline;
    }

    Clock clock() {
        return clock;
    }

    long requestBytes() {
        return requestBytes;
    }

    long answerBytes() {
        return answerBytes;
    }
}
