package io.quaestor.runtime.plugin;

import io.quaestor.spi.plugin.Clock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The jars of a directory, and what became of them since one looked last.
///
/// A jar is taken when it has not changed for a moment and can be read whole, so that one is never taken while somebody
/// still writes it. The directory is looked at again and again, not watched by the operating system, which tells nothing
/// of what other hosts do on a shared disk.
///
/// **Threads:** one at a time.
final class PluginDirectory {

    /// How long a jar must not have changed. Copies write at least every few milliseconds.
    static final Duration SETTLED = Duration.ofMillis(150);

    /// How long a damaged jar must not have changed before it is called damaged: its writer may be slow.
    static final Duration DAMAGED = Duration.ofSeconds(1);

    /// How long a jar must be away before it is called gone: an overwrite may delete it first.
    static final Duration GONE = Duration.ofMillis(300);

    private final Path directory;
    private final Clock clock;
    private final SortedMap<Path, Entry> entries = new TreeMap<>();
    private boolean reachable = true;

    PluginDirectory(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /// What became of a jar.
    sealed interface Change {

        /// It is new, or has new content.
        record Present(PluginJar jar) implements Change {}

        /// It is no jar, or one that is damaged. Told once for each content.
        record Damaged(Path file, String reason) implements Change {}

        /// It is no longer there.
        record Gone(Path file) implements Change {}

        /// The directory cannot be read. Nothing is taken for gone.
        record Unreachable(String reason) implements Change {}
    }

    /// What identifies a state of a file without reading it.
    private record Stamp(long size, FileTime modified, @Nullable Object key) {}

    private static final class Entry {
        private @Nullable Stamp stamp;
        private long since;
        private boolean judged;
        private String hash = "";
    }

    /// Looks for the first time: everything that is there is taken at once.
    List<Change> first() {
        return look(true);
    }

    /// What became of the jars since the last look, in the order of their names.
    List<Change> look() {
        return look(false);
    }

    private List<Change> look(boolean first) {
        var changes = new ArrayList<Change>();
        Optional<Map<Path, Stamp>> found = list(changes);
        if (found.isEmpty()) {
            return changes;
        }
        long now = clock.nanos();
        found.get().keySet().forEach(file -> entries.computeIfAbsent(file, _ -> new Entry()));
        for (var known : List.copyOf(entries.entrySet())) {
            Path file = known.getKey();
            Entry entry = known.getValue();
            Stamp stamp = found.get().get(file);
            if (first || !same(entry, stamp)) {
                entry.stamp = stamp;
                entry.since = now;
                entry.judged = false;
            }
            Duration unchanged = Duration.ofNanos(now - entry.since);
            if (stamp == null && unchanged.compareTo(GONE) >= 0) {
                entries.remove(file);
                if (!entry.hash.isEmpty()) {
                    changes.add(new Change.Gone(file));
                }
            } else if (stamp != null && !entry.judged && (first || unchanged.compareTo(SETTLED) >= 0)) {
                judge(file, entry, stamp, first).ifPresent(changes::add);
            }
        }
        return changes;
    }

    private static boolean same(Entry entry, @Nullable Stamp stamp) {
        return stamp == null ? entry.stamp == null : stamp.equals(entry.stamp);
    }

    private Optional<Change> judge(Path file, Entry entry, Stamp stamp, boolean first) {
        boolean isFinal = first || clock.nanos() - entry.since >= DAMAGED.toNanos();
        try {
            // what is there at the start was written before, and the start should be quick
            var jar = first ? PluginJar.read(file) : PluginJar.readThoroughly(file);
            if (!stamp.equals(stamp(file))) {
                return Optional.empty(); // changed while it was read
            }
            entry.judged = true;
            boolean isNew = !jar.hash().equals(entry.hash);
            entry.hash = jar.hash();
            return isNew ? Optional.of(new Change.Present(jar)) : Optional.empty();
        } catch (IOException damaged) {
            entry.judged = isFinal;
            return isFinal
                    ? Optional.of(new Change.Damaged(file, String.valueOf(damaged.getMessage())))
                    : Optional.empty();
        }
    }

    private Optional<Map<Path, Stamp>> list(List<Change> changes) {
        var result = new TreeMap<Path, Stamp>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path file : files) {
                try {
                    result.put(file, stamp(file));
                } catch (NoSuchFileException _) {
                    // deleted since it was listed
                }
            }
            reachable = true;
            return Optional.of(result);
        } catch (IOException failure) {
            if (reachable) {
                changes.add(new Change.Unreachable(failure.toString()));
            }
            reachable = false;
            return Optional.empty();
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    }
}
