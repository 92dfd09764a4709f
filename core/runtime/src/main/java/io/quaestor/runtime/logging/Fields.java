package io.quaestor.runtime.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// One event as the fields that Praefect's lines have (OPS 5.1).
///
/// @param time    in UTC, three decimals
/// @param level   in Praefect's words
/// @param message what happened
/// @param others  everything else by name, `pid` among them
record Fields(String time, String level, String message, SortedMap<String, Object> others) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final long PID = ProcessHandle.current().pid();
    private static final String OURS = "io.quaestor.";

    static Fields of(ILoggingEvent event) {
        var others = new TreeMap<String, Object>();
        others.put("pid", PID);
        if (!event.getLoggerName().startsWith(OURS)) { // our own parts name themselves where operators look for it
            others.put("component", event.getLoggerName());
        }
        for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
            put(others, entry.getKey(), entry.getValue());
        }
        Optional.ofNullable(event.getKeyValuePairs()).ifPresent(pairs -> {
            for (KeyValuePair pair : pairs) {
                put(others, pair.key, pair.value == null ? "null" : pair.value);
            }
        });
        error(event.getThrowableProxy(), others);
        return new Fields(
                TIME.format(event.getInstant()),
                level(event.getLevel()),
                String.valueOf(event.getFormattedMessage()),
                others);
    }

    /// A field that has the name of a fixed one is renamed as logrus renames it.
    private static void put(Map<String, Object> fields, String name, Object value) {
        boolean isFixed = name.equals("time") || name.equals("level") || name.equals("msg") || name.equals("pid");
        fields.put(isFixed ? "fields." + name : name, value);
    }

    /// What was thrown; with its stack if nobody had expected it.
    private static void error(@Nullable IThrowableProxy thrown, Map<String, Object> fields) {
        if (thrown == null) {
            return;
        }
        String message = thrown.getMessage();
        fields.putIfAbsent("error", message == null || message.isBlank() ? thrown.getClassName() : message);
        if (isUnexpected(thrown)) {
            fields.put("stack", ThrowableProxyUtil.asString(thrown));
        }
    }

    private static boolean isUnexpected(IThrowableProxy thrown) {
        return thrown instanceof ThrowableProxy proxy
                && (proxy.getThrowable() instanceof RuntimeException || proxy.getThrowable() instanceof Error);
    }

    private static String level(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warning";
            case Level.INFO_INT -> "info";
            case Level.DEBUG_INT -> "debug";
            default -> "trace";
        };
    }
}
