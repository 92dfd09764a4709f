package io.quaestor.runtime.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.quaestor.runtime.go.GoText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Writes meters in the text format of Prometheus. Our own writer, since the usual one puts `_total` behind the name of
/// every counter and adds a gauge `_max` to every timer, and the dashboards of Praefect know neither (OPS 4.2).
final class PrometheusText {

    private static final NamingConvention USUAL = new PrometheusNamingConvention();

    private final StringBuilder out = new StringBuilder();

    private PrometheusText() {}

    static String write(Collection<Meter> meters) {
        var families = new TreeMap<String, List<Meter>>();
        meters.forEach(meter ->
                families.computeIfAbsent(name(meter), _ -> new ArrayList<>()).add(meter));
        var text = new PrometheusText();
        families.forEach(text::family);
        return text.out.toString();
    }

    private void family(String name, List<Meter> meters) {
        var first = meters.getFirst();
        String help = first.getId().getDescription();
        if (help != null && !help.isBlank()) {
            out.append("# HELP ").append(name).append(' ');
            out.append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
        }
        out.append("# TYPE ").append(name).append(' ').append(type(first)).append('\n');
        meters.forEach(meter -> samples(name, meter));
    }

    private static String type(Meter meter) {
        return switch (meter.getId().getType()) {
            case COUNTER -> "counter";
            case GAUGE, LONG_TASK_TIMER -> "gauge";
            case TIMER, DISTRIBUTION_SUMMARY -> meter instanceof HistogramSupport histogram
                            && histogram.takeSnapshot().histogramCounts().length > 0
                    ? "histogram"
                    : "summary";
            case OTHER -> "untyped";
        };
    }

    private void samples(String name, Meter meter) {
        if (meter instanceof HistogramSupport histogram && meter.getId().getType() != Meter.Type.LONG_TASK_TIMER) {
            histogram(name, meter, histogram.takeSnapshot());
            return;
        }
        meter.measure().forEach(measurement -> {
            // a counter or gauge has one; a meter of several is told apart as Micrometer does
            Statistic statistic = measurement.getStatistic();
            boolean single = statistic == Statistic.COUNT || statistic == Statistic.VALUE;
            String suffix = single ? "" : "_" + statistic.name().toLowerCase(Locale.ROOT);
            sample(name + suffix, labels(meter), measurement.getValue());
        });
    }

    private void histogram(String name, Meter meter, HistogramSnapshot snapshot) {
        boolean isTimer = meter.getId().getType() == Meter.Type.TIMER;
        var labels = labels(meter);
        var buckets = snapshot.histogramCounts();
        for (CountAtBucket bucket : buckets) {
            double bound = isTimer ? bucket.bucket(TimeUnit.SECONDS) : bucket.bucket();
            if (!Double.isInfinite(bound)) {
                sample(name + "_bucket", with(labels, GoText.number(bound)), bucket.count());
            }
        }
        if (buckets.length > 0) {
            sample(name + "_bucket", with(labels, "+Inf"), (double) snapshot.count());
        }
        sample(name + "_sum", labels, isTimer ? snapshot.total(TimeUnit.SECONDS) : snapshot.total());
        sample(name + "_count", labels, (double) snapshot.count());
    }

    private void sample(String name, Map<String, String> labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            String separator = "{";
            for (var label : labels.entrySet()) {
                out.append(separator).append(label.getKey()).append("=\"");
                out.append(escaped(label.getValue())).append('"');
                separator = ",";
            }
            out.append('}');
        }
        out.append(' ').append(GoText.number(value)).append('\n');
    }

    private static Map<String, String> labels(Meter meter) {
        var labels = new TreeMap<String, String>();
        for (Tag tag : meter.getId().getTags()) {
            labels.put(tag.getKey().replace('.', '_'), tag.getValue());
        }
        return labels;
    }

    private static Map<String, String> with(Map<String, String> labels, String bound) {
        var result = new TreeMap<>(labels);
        result.put("le", bound);
        return result;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// Our names are taken as they are. Micrometer's own, such as `jvm.memory.used`, are made the usual way.
    private static String name(Meter meter) {
        String name = meter.getId().getName();
        return name.indexOf('.') < 0
                ? name
                : USUAL.name(name, meter.getId().getType(), meter.getId().getBaseUnit());
    }
}
