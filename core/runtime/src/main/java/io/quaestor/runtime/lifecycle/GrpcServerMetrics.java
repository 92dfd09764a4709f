package io.quaestor.runtime.lifecycle;

import io.quaestor.coordinator.StatusCode;
import io.quaestor.runtime.go.GoCode;
import io.quaestor.spi.plugin.Meters;
import io.quaestor.transport.server.CallMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the calls of clients under the names that Go's gRPC servers use, so that dashboards go on (OPS 4.5).
///
/// **Threads:** any, event loops included. **Blocking:** never.
final class GrpcServerMetrics implements CallMeters {

    private final Meters meters;
    private final Map<String, Meters.Counter> started = new ConcurrentHashMap<>();
    private final Map<Handled, Meters.Counter> handled = new ConcurrentHashMap<>();

    GrpcServerMetrics(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void started(String method) {
        var counter = started.get(method);
        if (counter == null) {
            counter = started.computeIfAbsent(
                    method, m -> meters.counter("grpc_server_started_total", "Calls that came in.", labels(m)));
        }
        counter.increment();
    }

    @Override
    public void ended(String method, StatusCode code, long nanos) {
        var key = new Handled(method, code);
        var counter = handled.get(key);
        if (counter == null) {
            counter = handled.computeIfAbsent(key, this::handled);
        }
        counter.increment();
    }

    private Meters.Counter handled(Handled key) {
        var labels = new ArrayList<>(List.of(labels(key.method())));
        labels.addAll(List.of("grpc_code", GoCode.name(key.code().number())));
        return meters.counter(
                "grpc_server_handled_total", "Calls that ended, by how they ended.", labels.toArray(String[]::new));
    }

    private static String[] labels(String fullMethodName) {
        int slash = fullMethodName.indexOf('/');
        return new String[] {
            "grpc_service", fullMethodName.substring(0, slash), "grpc_method", fullMethodName.substring(slash + 1)
        };
    }

    private record Handled(String method, StatusCode code) {}
}
