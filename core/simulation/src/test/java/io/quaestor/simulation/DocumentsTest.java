package io.quaestor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The documents about the code name what is there. They stand beside the simulation because it knows most of the code.
class DocumentsTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /// The first name of a type in a word in code style, as in `routing/Router.read`.
    private static final Pattern TYPE = Pattern.compile("`(?:[a-z]+/)*([A-Z][a-z]\\w+)[^`]*`");

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

    private static Set<String> types() throws IOException {
        try (var files = Files.walk(ROOT)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
