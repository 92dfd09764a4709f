package io.quaestor.transport.server;

import io.grpc.Metadata;
import io.grpc.Status;
import io.quaestor.catalogue.Streaming;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// One line for each call of a client, with Praefect's keys (OPS 5.2). Costs nothing where the level is off.
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.quaestor.access");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private static final Metadata.Key<String> LABKIT_CLIENT_NAME = Headers.ascii("x-gitlab-client-name");
    private static final Metadata.Key<String> CLIENT_NAME = Headers.ascii("client_name");
    private static final Metadata.Key<String> CALL_SITE = Headers.ascii("call_site");
    private static final Metadata.Key<String> DEADLINE_TYPE = Headers.ascii("deadline_type");
    private static final Metadata.Key<String> REMOTE_IP = Headers.ascii("remote_ip");
    private static final Metadata.Key<String> USER_ID = Headers.ascii("user_id");
    private static final Metadata.Key<String> USERNAME = Headers.ascii("username");

    /// Go's spelling of the codes, by their numbers.
    private static final String[] CODES = {
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists",
        "PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented",
        "Internal", "Unavailable", "DataLoss", "Unauthenticated"
    };

    private AccessLog() {}

    static void write(CallAccount call, Status status, String correlationId, long nanos) {
        var level = level(status.getCode());
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        String code = CODES[status.getCode().value()];
        String method = call.method();
        int slash = method.indexOf('/');
        var now = call.clock().now();
        var line = LOG.atLevel(level)
                .addKeyValue("system", "grpc")
                .addKeyValue("span.kind", "server")
                .addKeyValue(
                        "component",
                        call.isUnary() ? "praefect.UnaryServerInterceptor" : "praefect.StreamServerInterceptor")
                .addKeyValue("grpc.service", slash < 0 ? "" : method.substring(0, slash))
                .addKeyValue("grpc.method", method.substring(slash + 1))
                .addKeyValue("grpc.request.fullMethod", "/" + method)
                .addKeyValue("grpc.start_time", TIME.format(now.minusNanos(nanos)))
                .addKeyValue("grpc.code", code)
                .addKeyValue("grpc.time_ms", nanos / 1e6)
                .addKeyValue("grpc.request.payload_bytes", call.requestBytes())
                .addKeyValue("grpc.response.payload_bytes", call.answerBytes())
                .addKeyValue("correlation_id", correlationId);
        var deadline = call.deadline();
        if (deadline != null) {
            var at = now.plusNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
            line = add(line, "grpc.request.deadline", TIME.format(at));
        }
        var headers = call.headers();
        var clientName = Headers.first(headers, LABKIT_CLIENT_NAME);
        line = add(line, "grpc.meta.client_name", clientName != null ? clientName : Headers.first(headers, CLIENT_NAME));
        line = add(line, "grpc.meta.call_site", Headers.first(headers, CALL_SITE));
        line = add(line, "grpc.meta.deadline_type", deadline == null ? "none" : Headers.first(headers, DEADLINE_TYPE));
        line = add(line, "remote_ip", Headers.first(headers, REMOTE_IP));
        line = add(line, "user_id", Headers.first(headers, USER_ID));
        line = add(line, "username", Headers.first(headers, USERNAME));
        if (!status.isOk()) {
            line = add(line, "error", status.getDescription());
        }
        var rpc = call.rpc();
        if (rpc != null) {
            line = add(line, "grpc.meta.method_type", streaming(rpc.streaming()));
            line = add(line, "grpc.meta.method_operation", lower(rpc.operation()));
            line = add(line, "grpc.meta.method_scope", lower(rpc.scope()));
        }
        line.log("finished {} call with code {}", call.isUnary() ? "unary" : "streaming", code);
    }

    private static String streaming(Streaming streaming) {
        return switch (streaming) {
            case UNARY -> "unary";
            case CLIENT -> "client_stream";
            case SERVER -> "server_stream";
            case BIDIRECTIONAL -> "bidi_stream";
        };
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static LoggingEventBuilder add(LoggingEventBuilder line, String key, @Nullable String value) {
        return value == null || value.isEmpty() ? line : line.addKeyValue(key, value);
    }

    /// How loud a code is (OPS 5.2).
    private static Level level(Status.Code code) {
        return switch (code) {
            case OK, CANCELLED, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, UNAUTHENTICATED -> Level.INFO;
            case DEADLINE_EXCEEDED,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNAVAILABLE -> Level.WARN;
            case UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> Level.ERROR;
        };
    }
}
