package io.quaestor.transport.server;

import org.slf4j.MDC;

/// Gives log lines about a call its correlation id (OPS 5.4), whoever writes them: the id stands in the context of the thread
/// while that decides something about the call, not while bytes are only passed on, which is logged nowhere. A thread that is
/// started then takes it along where that matters, as the coordinator's do.
final class CallLog {

    private static final String KEY = "correlation_id";

    private CallLog() {}

    /// Works for a call. May be nested.
    static void about(String correlationId, Runnable work) {
        var before = MDC.get(KEY);
        if (correlationId.equals(before)) { // within a step of the same call
            work.run();
            return;
        }
        MDC.put(KEY, correlationId);
        try {
            work.run();
        } finally {
            if (before == null) {
                MDC.remove(KEY);
            } else {
                MDC.put(KEY, before);
            }
        }
    }
}
