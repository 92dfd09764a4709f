package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.StrategyProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;

/// A jar as it was on the disk, whole and readable.
final class PluginJar {

    private final Path file;
    private final byte[] content;
    private final String hash;
    private final Attributes manifest;

    private PluginJar(Path file, byte[] content, Attributes manifest) {
        this.file = file;
        this.content = content;
        this.hash = hash(content);
        this.manifest = manifest;
    }

    /// Reads a jar.
    ///
    /// @throws IOException if it cannot be read, or is no jar
    static PluginJar read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try (var jar = new JarFile(file.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            return new PluginJar(file, content, manifest == null ? new Attributes() : manifest.getMainAttributes());
        } catch (IllegalArgumentException | SecurityException damaged) {
            throw new IOException(damaged);
        }
    }

    /// Reads a jar and checks every entry, since somebody may just have written it and not be done.
    ///
    /// @throws IOException if it cannot be read, or is no jar, or is damaged
    static PluginJar readThoroughly(Path file) throws IOException {
        try (var jar = new JarFile(file.toFile(), false)) {
            for (var entries = jar.entries(); entries.hasMoreElements(); ) {
                try (InputStream entry = jar.getInputStream(entries.nextElement())) {
                    entry.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IllegalArgumentException | SecurityException damaged) {
            throw new IOException(damaged);
        }
        return read(file);
    }

    Path file() {
        return file;
    }

    /// The name of the file.
    String name() {
        return file.getFileName().toString();
    }

    /// Says whether two jars have the same content.
    String hash() {
        return hash;
    }

    /// A header of the manifest.
    Optional<String> header(String name) {
        return Optional.ofNullable(manifest.getValue(name));
    }

    /// The version of the bundle, or what a plain jar says instead.
    Version version() {
        return header(Constants.BUNDLE_VERSION)
                .or(() -> header("Implementation-Version"))
                .map(PluginJar::version)
                .orElse(Version.emptyVersion);
    }

    /// Whether it is built for this API; if not, for which.
    Optional<String> foreignApi() {
        for (var clause : Header.parse(header(Constants.REQUIRE_CAPABILITY)).clauses()) {
            String filter = clause.attribute("filter:").orElse("");
            if (clause.name().equals(StrategyProvider.KERNEL) && !filter.isEmpty() && !matches(filter)) {
                var least = Pattern.compile("api>=([0-9.]+)").matcher(filter);
                return Optional.of(least.find() ? least.group(1) : filter);
            }
        }
        return Optional.empty();
    }

    /// The jar as a bundle. A plain jar gets the headers of one: its name, and leave to import whatever it uses.
    InputStream bundle() {
        if (header(Constants.BUNDLE_SYMBOLICNAME).isPresent()) {
            return new ByteArrayInputStream(content);
        }
        try {
            return new ByteArrayInputStream(wrapped());
        } catch (IOException impossible) { // it was read before, and is in memory
            throw new UncheckedIOException(impossible);
        }
    }

    private byte[] wrapped() throws IOException {
        var headers = new Manifest();
        headers.getMainAttributes().putAll(manifest);
        headers.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName());
        headers.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version().toString());
        headers.getMainAttributes().putValue(Constants.DYNAMICIMPORT_PACKAGE, "*");
        var result = new ByteArrayOutputStream(content.length);
        try (var in = new JarInputStream(new ByteArrayInputStream(content), false);
                var out = new JarOutputStream(result, headers)) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME) && !entry.isDirectory()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return result.toByteArray();
    }

    private String symbolicName() {
        return name().replaceFirst("[.]jar$", "").replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    private static boolean matches(String filter) {
        try {
            return FrameworkUtil.createFilter(filter)
                    .matches(Map.of("api", new Version(StrategyProvider.API_VERSION)));
        } catch (InvalidSyntaxException _) {
            return false;
        }
    }

    private static Version version(String text) {
        try {
            return Version.parseVersion(text);
        } catch (IllegalArgumentException _) { // a plain jar may write it as it likes
            return Version.emptyVersion;
        }
    }

    /// Enough to see that somebody wrote something else; nobody is kept out by it.
    private static String hash(byte[] content) {
        var crc = new CRC32();
        crc.update(content);
        return content.length + "-" + Long.toHexString(crc.getValue());
    }
}
