package io.quaestor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.plugin.StrategyProvider;
import io.quaestor.testkit.conformance.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `docs/plugins.md` shows is what is in the example, and the example works.
class PluginsDocumentTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Path EXAMPLE = ROOT.resolve("docs/example-plugin");
    private static final Pattern EXCERPT =
            Pattern.compile("<!-- from: (\\S+) -->\n```[a-z]+\n(.*?)```\n", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void everyExcerptIsInItsFile() throws Exception {
        String document = Files.readString(ROOT.resolve("docs/plugins.md"));
        var excerpts = EXCERPT.matcher(document);
        int count = 0;
        for (; excerpts.find(); count++) {
            assertThat(ROOT.resolve(excerpts.group(1))).content().contains(excerpts.group(2));
        }

        assertThat(count).isEqualTo(5);
    }

    @Test
    void theExampleKeepsTheRules() throws Exception {
        compile("src/main/java", "src/test/java");

        try (var classes = new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(Failures.of(classes.loadClass("com.example.avoiding.AvoidingReadingTest")))
                    .isEmpty();
        }
    }

    @Test
    @Timeout(120)
    void theExampleBuildsWithNothingButAJdk() throws Exception {
        copyExample();
        var spi = Path.of(URI.create(StrategyProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));

        var build = new ProcessBuilder("sh", "build.sh", spi.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        build.environment().merge("PATH", System.getProperty("java.home") + "/bin:", (old, jdk) -> jdk + old);
        Process process = build.start();
        String output = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).as(output).isZero();
        var jar = directory.resolve("build/avoiding.jar").toUri().toURL();
        try (var plugin = new URLClassLoader(new URL[] {jar}, getClass().getClassLoader());
                var services = plugin.getResourceAsStream(
                        "META-INF/services/io.quaestor.spi.reading.ReadDistribution")) {
            String name = new String(services.readAllBytes()).strip();
            assertThat(plugin.loadClass(name).getAnnotation(StrategyProvider.class).id())
                    .isEqualTo("avoiding");
        }
    }

    private void compile(String... roots) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "--release", "25", "-d", directory.toString(), "-cp", System.getProperty("java.class.path")));
        for (String root : roots) {
            try (Stream<Path> files = Files.walk(EXAMPLE.resolve(root))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> arguments.add(file.toString()));
            }
        }
        var said = new StringWriter();
        var out = new PrintWriter(said);
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(out, out, arguments.toArray(String[]::new));
        assertThat(result).as(said.toString()).isZero();
    }

    private void copyExample() throws Exception {
        try (Stream<Path> files = Files.walk(EXAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(EXAMPLE.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
