package io.quaestor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The documents about the code name what is there. They stand beside the simulation because it knows most of the code.
class DocumentsTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /// The first name of a type in a word in code style, as in `routing/Router.read`.
    private static final Pattern TYPE = Pattern.compile("`(?:[a-z]+/)*([A-Z][a-z]\\w+)[^`]*`");

    /// A test, as in `WritesTest#aStopWaitsForRecords`.
    private static final Pattern TEST = Pattern.compile("`(?:[a-z]+\\.)*([A-Z]\\w+)#(\\w+)`");

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ARCHITECTURE.md", "life-of-an-rpc.md"})
    void everyTypeThatADocumentNamesIsThere(String document) throws IOException {
        var named = new TreeSet<String>();
        var matcher = TYPE.matcher(Files.readString(ROOT.resolve("docs").resolve(document)));
        while (matcher.find()) {
            named.add(matcher.group(1));
        }

        assertThat(named).hasSizeGreaterThan(20);
        named.removeAll(types());
        assertThat(named).as("without a source file").isEmpty();
    }

    @Test
    void everyTestThatTheComparisonNamesIsThere() throws IOException {
        var named = new TreeSet<String>();
        var document = Files.readString(ROOT.resolve("docs/compatibility.md"));
        TEST.matcher(document).results().forEach(test -> named.add(test.group(1) + "#" + test.group(2)));
        named.remove("Class#method"); // the example at its head
        assertThat(named).hasSizeGreaterThan(200);

        try (var files = Files.walk(ROOT)) {
            for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var type = file.getFileName().toString().replace(".java", "#");
                if (named.stream().anyMatch(test -> test.startsWith(type))) {
                    var source = Files.readString(file);
                    named.removeIf(test ->
                            test.startsWith(type) && source.contains(" " + test.substring(type.length()) + "("));
                }
            }
        }
        assertThat(named).as("without a method").isEmpty();
    }

    private static Set<String> types() throws IOException {
        try (var files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
