package io.quaestor.plugin.datastore.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.datastore.PlacementListener;
import io.quaestor.spi.model.RepositoryKey;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// That changes are told, and that silence is not taken for "no changes".
class PlacementWatchTest {

    private final ConnectionSettings way = TestPostgres.migrated();

    private static final class News implements PlacementListener {

        final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void lost() {
            heard.add("lost");
        }

        @Override
        public void changed(RepositoryKey key) {
            heard.add(key.toString());
        }

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }
    }

    private void run(String sql, Object... parameters) throws SQLException {
        try (var connection = TestPostgres.connect(way)) {
            Query.of(connection, sql, parameters).run();
        }
    }

    @Test
    void whatAPraefectChangesIsTold() throws Exception {
        var news = new News();
        try (var datastore = TestPostgres.datastore(way, TestContext.of(Map.of()))) {
            datastore.start();
            datastore.placements().watch(news);
            assertThat(news.next()).isEqualTo("connected");

            run("INSERT INTO repositories VALUES ('default', 'ä \"\\ 😀.git', 0, NULL, 1, 'x')");
            run("INSERT INTO storage_repositories VALUES ('default', 'ä \"\\ 😀.git', 'gitaly-1', 0, 1)");

            assertThat(news.next()).isEqualTo("default/ä \"\\ 😀.git");
        }
    }

    @Test
    void aSessionThatEndsIsReplaced() throws Exception {
        var news = new News();
        var context = TestContext.of(Map.of());
        try (var datastore = TestPostgres.datastore(way, context)) {
            datastore.start();
            datastore.placements().watch(news);
            assertThat(news.next()).isEqualTo("connected");

            run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND query LIKE 'SELECT pg_backend_pid%'",
                    way.database());

            assertThat(news.next()).isEqualTo("lost");
            assertThat(news.next()).isEqualTo("connected");
            assertThat(context.logger().lines()).anyMatch(line -> line.contains("listening was interrupted"));
        }
    }

    @Test
    void aMessageThatCannotBeReadForgetsEverythingAndGoesOn() throws Exception {
        var news = new News();
        try (var datastore = TestPostgres.datastore(way, TestContext.of(Map.of()))) {
            datastore.start();
            datastore.placements().watch(news);
            assertThat(news.next()).isEqualTo("connected");

            run("SELECT pg_notify('repositories_updates', 'not json')");

            assertThat(news.next()).isEqualTo("lost");
            assertThat(news.next()).isEqualTo("connected");
            run("SELECT pg_notify('repositories_updates', ?)", "[{\"virtual_storage\": \"v\", \"relative_paths\": [\"p\"]}]");
            assertThat(news.next()).isEqualTo("v/p");
        }
    }

    /// Like a transaction pooler: what is listened to on this way never hears of the other one.
    @Test
    void aWayOnWhichNothingComesBackIsNotBelieved() throws Exception {
        var deaf = TestPostgres.empty();
        var news = new News();
        var context = TestContext.of(Map.of());
        try (var datastore = new PostgresDatastore(way, deaf, 4, context)) {
            datastore.start();
            datastore.placements().watch(news);

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (context.logger().lines().stream().noneMatch(line -> line.contains("session_pooled"))
                    && System.nanoTime() < end) {
                assertThat(news.heard.poll(50, TimeUnit.MILLISECONDS)).isNull();
            }

            assertThat(context.logger().lines()).anyMatch(line -> line.contains("session_pooled"));
        }
    }
}
