package io.quaestor.simulation.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/// The log of all that is simulated: what a part of the proxy survives, and logs as an error with its stack, is a defect that
/// nobody would see otherwise. Failures that are expected are logged without a stack.
///
/// **Threads:** stories are told one after another.
public final class DefectLog implements SLF4JServiceProvider {

    private static volatile Consumer<Throwable> defects = _ -> {};

    private final ILoggerFactory loggers = Log::new;
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /// From now on this one hears of defects.
    public static void tell(Consumer<Throwable> listener) {
        defects = listener;
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0";
    }

    @Override
    public void initialize() {}

    @SuppressWarnings("serial") // no logger is written anywhere
    private static final class Log extends LegacyAbstractLogger {

        Log(String name) {
            this.name = name;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                @Nullable String text,
                @Nullable Object @Nullable [] values,
                @Nullable Throwable thrown) {
            if (thrown != null) {
                defects.accept(new AssertionError(name + ": " + text, thrown));
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return false;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
