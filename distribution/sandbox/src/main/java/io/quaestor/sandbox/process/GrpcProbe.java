package io.quaestor.sandbox.process;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quaestor.messages.ReadinessCheckRequest;
import io.quaestor.messages.ServerServiceGrpc;
import io.quaestor.sandbox.rpc.Peer;
import java.time.Duration;
import java.time.InstantSource;

/// Asks a server for its health, and then whether it is ready for work.
///
/// @param peer      a connection made for the probe, with the server's token
/// @param readiness whether it is asked; a proxy has only its health
record GrpcProbe(Peer peer, boolean readiness, InstantSource clock) implements Probe {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration ONE_CALL = Duration.ofSeconds(2);

    @Override
    public boolean await(Pause pause, Duration limit) throws InterruptedException {
        var end = clock.instant().plus(limit);
        while (clock.instant().isBefore(end)) {
            if (peer.connect(PAUSE) && isServing() && (!readiness || isReady())) {
                return true;
            }
            if (pause.endedWithin(PAUSE)) {
                return false;
            }
        }
        return false;
    }

    private boolean isServing() {
        try {
            return HealthGrpc.newBlockingStub(peer.channel())
                            .withDeadlineAfter(ONE_CALL)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private boolean isReady() {
        try {
            return ServerServiceGrpc.newBlockingStub(peer.channel())
                    .withDeadlineAfter(ONE_CALL.multipliedBy(5))
                    .readinessCheck(ReadinessCheckRequest.getDefaultInstance())
                    .hasOkResponse();
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED; // then health is all that it says
        }
    }
}
