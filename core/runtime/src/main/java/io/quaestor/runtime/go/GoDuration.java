package io.quaestor.runtime.go;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// Durations as Go writes and reads them, for example `1h30m`, `300ms`, `-1.5h`, `0` (OPS 1.2).
public final class GoDuration {

    private static final Pattern PART = Pattern.compile("([0-9]+[.]?[0-9]*|[.][0-9]+)([^0-9.]+)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /// Reads a duration.
    ///
    /// @throws IllegalArgumentException if it is none; the message says why
    public static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        var part = PART.matcher(rest);
        var nanos = BigDecimal.ZERO;
        int end = 0;
        while (end < rest.length() && part.find(end) && part.start() == end) {
            Long unit = NANOS.get(part.group(2));
            if (unit == null) {
                throw new IllegalArgumentException(
                        "unknown unit \"" + part.group(2) + "\" in duration \"" + text + "\"");
            }
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
            end = part.end();
        }
        if (end == 0 || end != rest.length()) {
            boolean onlyNumber = !rest.isEmpty() && rest.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
            throw new IllegalArgumentException(
                    (onlyNumber ? "missing unit in duration \"" : "invalid duration \"") + text + "\"");
        }
        nanos = negative ? nanos.negate() : nanos;
        if (nanos.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("duration \"" + text + "\" is beyond 290 years");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /// Writes a duration in Go's canonical form, for example `1m0s`, `168h0m0s`, `1.5ms`, `0s`.
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String sign = duration.isNegative() ? "-" : "";
        Duration abs = duration.abs();
        if (abs.compareTo(Duration.ofSeconds(1)) < 0) {
            long nanos = abs.toNanos();
            String unit = nanos < 1_000 ? "ns" : nanos < 1_000_000 ? "µs" : "ms";
            long size = nanos < 1_000 ? 1 : nanos < 1_000_000 ? 1_000 : 1_000_000;
            return sign + decimal(nanos, size) + unit;
        }
        long hours = abs.toHours();
        long minutes = abs.toMinutesPart();
        String seconds = decimal(abs.toSecondsPart() * 1_000_000_000L + abs.toNanosPart(), 1_000_000_000L) + "s";
        if (hours > 0) {
            return sign + hours + "h" + minutes + "m" + seconds;
        }
        return sign + (minutes > 0 ? minutes + "m" : "") + seconds;
    }

    private static String decimal(long nanos, long unit) {
        var value = new BigDecimal(nanos).divide(BigDecimal.valueOf(unit)); // a power of ten: ends
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
