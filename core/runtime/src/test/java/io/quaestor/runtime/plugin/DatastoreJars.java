package io.quaestor.runtime.plugin;

import java.nio.file.Path;
import java.util.regex.Matcher;

/// Jars with a datastore `scripted` whose tables do as the test says.
public final class DatastoreJars {

    private DatastoreJars() {}

    /// @param ping    body of [io.quaestor.spi.datastore.Schema#ping()]
    /// @param pending body of [io.quaestor.spi.datastore.Schema#pending()]
    /// @param migrate body of [io.quaestor.spi.datastore.Schema#migrate()]
    public static void withSchema(Path file, String ping, String pending, String migrate) {
        String schema =
                """
                public Schema schema() {
                    return new Schema() {
                        public String ping() { PING }
                        public List<String> pending() { PENDING }
                        public List<String> migrate() { MIGRATE }
                    };
                }
                """
                        .replace("PING", ping)
                        .replace("PENDING", pending)
                        .replace("MIGRATE", migrate);
        String type = "scripted.Scripted";
        String source = Sources.datastore(type, "scripted", "")
                .replaceFirst("public [\\w.]+ schema\\(\\) \\{[^}]*}", Matcher.quoteReplacement(schema));
        TestJar.bundle("test.scripted", "1.0.0").strategy(type, source).write(file);
    }
}
