package io.quaestor.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics(List.of(0.001, 1.0, 1500.0));

    @Test
    void namesAreShownAsTheyAre() {
        var meters = metrics.meters();
        meters.counter("gitaly_praefect_read_distribution", "", "storage", "a\"b").add(2);
        meters.counter("gitaly_praefect_connections_total", "Accepted connections", "type", "tcp").increment();
        meters.gauge("gitaly_praefect_replication_jobs", "", () -> 3, "change_type", "update");
        DistributionSummary.builder("gitaly_praefect_voters_per_transaction_total")
                .serviceLevelObjectives(1, 2)
                .register(metrics.registry())
                .record(2);

        assertThat(metrics.scrape())
                .isEqualTo(
                        """
                        # HELP gitaly_praefect_connections_total Accepted connections
                        # TYPE gitaly_praefect_connections_total counter
                        gitaly_praefect_connections_total{type="tcp"} 1
                        # TYPE gitaly_praefect_read_distribution counter
                        gitaly_praefect_read_distribution{storage="a\\"b"} 2
                        # TYPE gitaly_praefect_replication_jobs gauge
                        gitaly_praefect_replication_jobs{change_type="update"} 3
                        # TYPE gitaly_praefect_voters_per_transaction_total histogram
                        gitaly_praefect_voters_per_transaction_total_bucket{le="1"} 0
                        gitaly_praefect_voters_per_transaction_total_bucket{le="2"} 1
                        gitaly_praefect_voters_per_transaction_total_bucket{le="+Inf"} 1
                        gitaly_praefect_voters_per_transaction_total_sum 2
                        gitaly_praefect_voters_per_transaction_total_count 1
                        """);
    }

    @Test
    void timersHaveTheBucketsOfTheConfiguration() {
        metrics.meters()
                .timer("gitaly_praefect_replication_delay", "", "type", "update")
                .record(Duration.ofMillis(250));

        assertThat(metrics.scrape())
                .isEqualTo(
                        """
                        # TYPE gitaly_praefect_replication_delay histogram
                        gitaly_praefect_replication_delay_bucket{le="0.001",type="update"} 0
                        gitaly_praefect_replication_delay_bucket{le="1",type="update"} 1
                        gitaly_praefect_replication_delay_bucket{le="1500",type="update"} 1
                        gitaly_praefect_replication_delay_bucket{le="+Inf",type="update"} 1
                        gitaly_praefect_replication_delay_sum{type="update"} 0.25
                        gitaly_praefect_replication_delay_count{type="update"} 1
                        """);
    }

    @Test
    void theLastGaugeOfANameHoldsAndGoesWithWhoMadeIt() {
        var first = metrics.meters();
        var second = metrics.meters();
        first.gauge("size", "", () -> 1);
        second.gauge("size", "", () -> 2);
        assertThat(metrics.scrape()).contains("size 2");

        first.close();
        assertThat(metrics.scrape()).contains("size 2");

        second.close();
        assertThat(metrics.scrape()).isEmpty();
    }

    @Test
    void theProcessShowsItselfAsOthersDo() {
        try (var process = ProcessMetrics.register(metrics, "1.2.3")) {
            assertThat(process).isNotNull();
            assertThat(metrics.scrape())
                    .contains("gitlab_build_info{built=\"\",version=\"1.2.3\"} 1\n")
                    .contains("# TYPE process_cpu_seconds_total counter\n")
                    .containsPattern("process_open_fds [0-9]+\n")
                    .containsPattern("process_resident_memory_bytes [0-9]+\n")
                    .containsPattern("process_start_time_seconds [0-9.]+\n")
                    .contains("jvm_memory_used_bytes{area=\"heap\"");
        }
    }

    @Test
    void prometheusGetsThePagesThatThereAre() throws Exception {
        Map<String, Supplier<String>> pages = Map.of("/metrics", () -> "a 1\n");
        try (var server = MetricsServer.start("127.0.0.1:0", pages, Thread.ofVirtual().factory());
                var client = HttpClient.newHttpClient()) {
            var plain = client.send(request(server, "/metrics").build(), BodyHandlers.ofString());
            assertThat(plain.body()).isEqualTo("a 1\n");
            assertThat(plain.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type)
                    .startsWith("text/plain; version=0.0.4"));

            HttpResponse<InputStream> zipped = client.send(
                    request(server, "/metrics").header("Accept-Encoding", "gzip").build(), BodyHandlers.ofInputStream());
            assertThat(new GZIPInputStream(zipped.body()).readAllBytes()).asString().isEqualTo("a 1\n");

            assertThat(client.send(request(server, "/").build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(404);
        }
    }

    private static HttpRequest.Builder request(MetricsServer server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }
}
