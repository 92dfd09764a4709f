package io.quaestor.runtime.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import io.quaestor.runtime.config.LoggingConfiguration;
import io.quaestor.runtime.config.LoggingConfiguration.Format;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.LoggerFactory;

/// Sets up logging, in code: a file would take longer to read than the rest of the start.
public final class Logging {

    /// Libraries that tell more than an operator wants to know (OPS 1.5: info of the gRPC library counts less).
    private static final List<String> LOUD =
            List.of("io.grpc", "io.netty", "io.micrometer", "org.apache.felix", "liquibase", "com.zaxxer.hikari");

    /// Lines that wait to be written: some seconds of a busy proxy. What comes on top is lost rather than waited for,
    /// since an event loop must not wait for whoever reads our output.
    private static final int QUEUE = 8_192;

    private static final int FLUSH_MILLIS = 1_000;

    private Logging() {}

    /// For `serve`: to standard output, without ever waiting for it.
    public static void forServing(LoggingConfiguration configuration) {
        LoggerContext context = context();
        context.reset();
        var queue = new AsyncAppender();
        queue.setContext(context);
        queue.setQueueSize(QUEUE);
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLIS);
        queue.addAppender(console(context, "System.out", configuration.format()));
        queue.start();
        use(context, queue, level(configuration.level()));
    }

    /// For other commands: only errors, as text, to standard error (OPS 5.5).
    public static void forCommands() {
        forCommands(context());
    }

    static void forCommands(LoggerContext context) {
        context.reset();
        use(context, console(context, "System.err", Format.TEXT), Level.ERROR);
    }

    /// Writes what still waits. Nothing is logged afterwards. **Blocking:** for as long as whoever reads our output does not.
    public static void stop() {
        context().stop();
    }

    /// The same, but gives up when nobody has read our output for so long: the process is about to end.
    ///
    /// @param threads makes virtual threads
    /// @return whether everything was written
    public static boolean stop(Duration limit, ThreadFactory threads) throws InterruptedException {
        var writer = threads.newThread(Logging::stop);
        writer.start();
        return writer.join(limit);
    }

    private static void use(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(level);
        LOUD.forEach(name -> context.getLogger(name).setLevel(quieter(level)));
        JulBridge.install();
    }

    private static Level quieter(Level level) {
        return level == Level.INFO || level == Level.DEBUG ? Level.WARN : level;
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, String target, Format format) {
        var encoder = new LineEncoder(format == Format.JSON ? JsonText::line : PlainText::line);
        encoder.setContext(context);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    private static Level level(LoggingConfiguration.Level level) {
        return switch (level) {
            case TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
