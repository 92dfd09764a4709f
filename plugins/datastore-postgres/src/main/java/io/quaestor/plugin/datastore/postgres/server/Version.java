package io.quaestor.plugin.datastore.postgres.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Which PostgreSQL some programs are of.
final class Version {

    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private Version() {}

    /// @return the major version as it stands in `PG_VERSION`, for example `18`; empty if the program does not say
    static String of(Path bin) throws IOException, InterruptedException {
        var process = new ProcessBuilder(bin.resolve("postgres").toString(), "--version")
                .redirectErrorStream(true)
                .start();
        try (var out = process.getInputStream()) {
            var matcher = MAJOR.matcher(new String(out.readNBytes(1 << 12), StandardCharsets.UTF_8));
            process.waitFor();
            return matcher.find() ? matcher.group(1) : "";
        } finally {
            process.destroyForcibly();
        }
    }
}
