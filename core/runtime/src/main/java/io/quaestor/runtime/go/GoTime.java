package io.quaestor.runtime.go;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// Times as Go writes them.
public final class GoTime {

    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendLiteral(" +0000 UTC")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter PLAIN = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private GoTime() {}

    /// Go's default form in UTC, with as many digits of the fraction as are needed: `2021-04-01 10:04:20.5 +0000 UTC`.
    public static String utc(Instant time) {
        return FORM.format(time);
    }

    /// Local time without its zone: `2024-01-05T15:14:53`.
    public static String local(Instant time, ZoneId zone) {
        return PLAIN.withZone(zone).format(time);
    }
}
