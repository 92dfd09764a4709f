package io.quaestor.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.quaestor.runtime.config.LoggingConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LoggingTest {

    private static final String PID = Long.toString(ProcessHandle.current().pid());

    private final LoggerContext context = new LoggerContext();

    @Test
    void textHasTheFixedFieldsFirstAndQuotesWhatNeedsIt() {
        var event = event("io.quaestor.x", Level.WARN, "took long", null);
        event.addKeyValuePair(new KeyValuePair("virtual_storage", "default"));
        event.addKeyValuePair(new KeyValuePair("relative_path", "@hashed/a b.git"));
        event.addKeyValuePair(new KeyValuePair("count", 3));
        event.addKeyValuePair(new KeyValuePair("empty", ""));

        assertThat(PlainText.line(Fields.of(event)))
                .isEqualTo("time=\"2024-01-05T15:14:53.120Z\" level=warning msg=\"took long\" count=3 empty= pid=" + PID
                        + " relative_path=\"@hashed/a b.git\" virtual_storage=default");
    }

    @Test
    void jsonHasItsKeysInOrderAndKeepsTypes() {
        var event = event("io.quaestor.x", Level.INFO, "a <b> & \"c\"\n", null);
        event.addKeyValuePair(new KeyValuePair("grpc.time_ms", 1.5));
        event.addKeyValuePair(new KeyValuePair("ok", true));
        event.addKeyValuePair(new KeyValuePair("route", Map.of("storage", "gitaly-1", "repository_id", 7L)));
        event.addKeyValuePair(new KeyValuePair("secondaries", List.of("b", "a")));
        event.addKeyValuePair(new KeyValuePair("msg", "collides"));

        assertThat(JsonText.line(Fields.of(event)))
                .isEqualTo("{\"fields.msg\":\"collides\",\"grpc.time_ms\":1.5,\"level\":\"info\","
                        + "\"msg\":\"a \\u003cb\\u003e \\u0026 \\\"c\\\"\\n\",\"ok\":true,\"pid\":" + PID
                        + ",\"route\":{\"repository_id\":7,\"storage\":\"gitaly-1\"},\"secondaries\":[\"b\",\"a\"],"
                        + "\"time\":\"2024-01-05T15:14:53.120Z\"}");
    }

    @Test
    void anErrorIsAFieldAndAnUnexpectedOneHasItsStack() {
        var expected = Fields.of(event("io.quaestor.x", Level.ERROR, "m", new IOException("disk full")));
        var unexpected = Fields.of(event("io.quaestor.x", Level.ERROR, "m", new IllegalStateException()));

        assertThat(expected.others()).containsEntry("error", "disk full").doesNotContainKey("stack");
        assertThat(unexpected.others())
                .containsEntry("error", "java.lang.IllegalStateException")
                .hasEntrySatisfying("stack", stack -> assertThat(stack.toString()).contains("LoggingTest"));
    }

    @Test
    void whoIsNotPartOfTheCoreIsNamed() {
        assertThat(Fields.of(event("plugin.reading-x", Level.INFO, "m", null)).others())
                .containsEntry("component", "plugin.reading-x");
        assertThat(Fields.of(event("io.quaestor.x", Level.INFO, "m", null)).others()).doesNotContainKey("component");
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({"TEXT, INFO, 2", "JSON, WARNING, 1", "TEXT, DEBUG, 3"})
    void servingLogsToStandardOutputFromItsLevelOn(
            LoggingConfiguration.Format format, LoggingConfiguration.Level level, int lines) {
        var standardOut = System.out;
        var captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            Logging.forServing(new LoggingConfiguration(format, level));
            var logger = LoggerFactory.getLogger("io.quaestor.test");
            logger.warn("one");
            logger.info("two");
            logger.debug("three");
            LoggerFactory.getLogger("io.netty.test").info("a library");
            java.util.logging.Logger.getLogger("io.grpc.test").info("another");
        } finally {
            Logging.forCommands(); // ends the queue, after it was written
            System.setOut(standardOut);
        }

        assertThat(captured.toString(StandardCharsets.UTF_8).lines())
                .hasSize(lines)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(format == LoggingConfiguration.Format.JSON ? "{" : "time="));
    }

    @Test
    void whoeverDoesNotReadTheOutputDoesNotHoldUpTheEndForEver() throws Exception {
        var standardOut = System.out;
        var read = new CountDownLatch(1);
        System.setOut(new PrintStream(new UnreadOutput(read), true, StandardCharsets.UTF_8));
        try {
            Logging.forServing(
                    new LoggingConfiguration(LoggingConfiguration.Format.TEXT, LoggingConfiguration.Level.INFO));
            LoggerFactory.getLogger("io.quaestor.test").info("stopped");

            var wrote = Logging.stop(Duration.ofMillis(100), Thread.ofVirtual().factory());

            assertThat(wrote).isFalse();
        } finally {
            read.countDown();
            Logging.forCommands();
            System.setOut(standardOut);
        }
    }

    private static final class UnreadOutput extends OutputStream {

        private final CountDownLatch read;

        UnreadOutput(CountDownLatch read) {
            this.read = read;
        }

        /// As a full pipe does, it heeds no interruption.
        @Override
        public void write(int b) {
            while (read.getCount() > 0) {
                try {
                    read.await();
                } catch (InterruptedException e) {
                    // goes on waiting
                }
            }
        }
    }

    private LoggingEvent event(String logger, Level level, String message, Throwable thrown) {
        Logger source = context.getLogger(logger);
        var event = new LoggingEvent("", source, level, message, thrown, null);
        event.setMDCPropertyMap(Map.of());
        event.setInstant(Instant.parse("2024-01-05T15:14:53.120Z"));
        return event;
    }
}
