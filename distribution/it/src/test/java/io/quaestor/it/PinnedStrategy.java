package io.quaestor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.reading.ReadDistribution;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/// Makes jars of a reading strategy that sends every read to one node, as somebody would who has only a JDK: no bnd, no
/// OSGi headers.
final class PinnedStrategy {

    private static final String SOURCE = """
            package pinned;

            import io.quaestor.spi.model.StorageName;
            import io.quaestor.spi.plugin.StrategyProvider;
            import io.quaestor.spi.reading.ReadDistribution;
            import io.quaestor.spi.reading.ReadRequest;

            @StrategyProvider(id = "pinned")
            public final class Pinned implements ReadDistribution {

                @Override
                public StorageName choose(ReadRequest request) {
                    var pinned = new StorageName("%s");
                    return request.replicas().contains(pinned) ? pinned : request.replicas().get(0);
                }
            }
            """;

    private PinnedStrategy() {}

    static void write(Path jar, Path scratch, String storage) throws Exception {
        var source = scratch.resolve("pinned/Pinned.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, SOURCE.formatted(storage));
        String spi;
        try (var jars = Files.newDirectoryStream(Distribution.home().resolve("lib"), "quaestor-spi-*.jar")) {
            spi = jars.iterator().next().toString();
        }
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-Xlint:none", "-cp", spi, "-d", scratch.toString(), source.toString());
        assertThat(code).isZero();
        var part = scratch.resolve("pinned.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(part))) {
            out.putNextEntry(new JarEntry("pinned/Pinned.class"));
            Files.copy(scratch.resolve("pinned/Pinned.class"), out);
            out.putNextEntry(new JarEntry("META-INF/services/" + ReadDistribution.class.getName()));
            out.write("pinned.Pinned\n".getBytes(StandardCharsets.UTF_8));
        }
        Files.copy(part, jar, StandardCopyOption.REPLACE_EXISTING); // written in place, as by cp
    }
}
