package io.quaestor.runtime.logging;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/// Brings what libraries log by `java.util.logging` (gRPC, Liquibase) to the same place.
final class JulBridge extends Handler {

    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulBridge() {}

    static void install() {
        var root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord entry) {
        String name = entry.getLoggerName();
        var logger = LoggerFactory.getLogger(name == null ? "java.util.logging" : name);
        var level = level(entry.getLevel());
        if (logger.isEnabledForLevel(level)) {
            logger.atLevel(level).setCause(entry.getThrown()).log(formatter.formatMessage(entry));
        }
    }

    private static org.slf4j.event.Level level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return org.slf4j.event.Level.ERROR;
        } else if (value >= Level.WARNING.intValue()) {
            return org.slf4j.event.Level.WARN;
        } else if (value >= Level.INFO.intValue()) {
            return org.slf4j.event.Level.INFO;
        }
        return value >= Level.FINE.intValue() ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
