package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.StrategyProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A jar made in the test, of sources that are compiled on the spot.
final class TestJar {

    private static final String API = "(&(api>=1.0.0)(!(api>=2.0.0)))";

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final List<String> capabilities = new ArrayList<>();
    private byte[] bytes = {};

    /// A bundle as bnd makes it.
    static TestJar bundle(String name, String version) {
        return plain()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", name)
                .header("Bundle-Version", version)
                .header(
                        "Import-Package",
                        "io.quaestor.spi.plugin;version=\"[1.0,2)\",io.quaestor.spi.model;version=\"[1.0,2)\","
                                + "io.quaestor.spi.reading;version=\"[1.0,2)\",io.quaestor.spi.election;version=\"[1.0,2)\","
                                + "io.quaestor.spi.replication;version=\"[1.0,2)\","
                                + "io.quaestor.spi.datastore;version=\"[1.0,2)\"")
                .needing(API);
    }

    /// A jar without headers of OSGi.
    static TestJar plain() {
        return new TestJar();
    }

    TestJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Which API it is built for.
    TestJar needing(String filter) {
        return header("Require-Capability", StrategyProvider.KERNEL + ";filter:=\"" + filter + "\"");
    }

    TestJar entry(String name, String text) {
        entries.put(name, text);
        return this;
    }

    /// A class that is not declared.
    TestJar with(String name, String source) {
        sources.put(name, source);
        return this;
    }

    /// A class that is declared as bnd declares what is annotated.
    TestJar strategy(String name, String source) {
        capabilities.add(StrategyProvider.CAPABILITY + ";implementation=\"" + name + "\"");
        return with(name, source);
    }

    /// Writes it under another name and puts it in place at once, as `mv` does.
    Path write(Path file) {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, bytes());
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    byte[] bytes() throws IOException {
        if (bytes.length == 0) {
            bytes = make();
        }
        return bytes;
    }

    private byte[] make() throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!capabilities.isEmpty() && headers.containsKey("Bundle-SymbolicName")) {
            headers.put("Provide-Capability", String.join(",", capabilities));
        }
        headers.forEach(manifest.getMainAttributes()::putValue);
        var result = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(result, manifest)) {
            for (var compiled : compile(sources).entrySet()) {
                jar.putNextEntry(new ZipEntry(compiled.getKey()));
                jar.write(compiled.getValue());
            }
            for (var entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return result.toByteArray();
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) {
        var units = new ArrayList<JavaFileObject>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        var messages = new StringWriter();
        try (var memory = new InMemory(COMPILER.getStandardFileManager(null, null, null))) {
            boolean compiled = units.isEmpty()
                    || COMPILER.getTask(
                                    messages, memory, null, List.of("-proc:none", "-parameters"), null, units)
                            .call();
            if (!compiled) {
                throw new AssertionError("test sources do not compile: " + messages);
            }
            var result = new HashMap<String, byte[]>();
            memory.classes.forEach((name, bytes) -> result.put(name.replace('.', '/') + ".class", bytes.toByteArray()));
            return result;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        InMemory(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var bytes = new ByteArrayOutputStream();
                    classes.put(name, bytes);
                    return bytes;
                }
            };
        }
    }
}
