package io.quaestor.runtime.plugin;

import java.util.Optional;

/// What has become of one strategy, or of one jar, for the operator.
///
/// @param id      its name; empty for a jar that has none that can be read
/// @param kind    what it does, as below `[strategies]`; empty for a jar
/// @param version of the bundle
/// @param state   whether it serves
/// @param detail  why not, if there is something to say
/// @param file    name of the jar
public record PluginStatus(
        String id, String kind, String version, State state, Optional<String> detail, String file)
        implements Comparable<PluginStatus> {

    /// Whether a strategy serves.
    public enum State {
        /// It does.
        IN_USE,
        /// It would if the configuration named it.
        AVAILABLE,
        /// Another jar offers the same and goes before it.
        HIDDEN,
        /// It cannot be made.
        REFUSED,
        /// The jar is damaged, or cannot be loaded.
        BROKEN
    }

    PluginStatus with(State other) {
        return new PluginStatus(id, kind, version, other, detail, file);
    }

    @Override
    public int compareTo(PluginStatus other) {
        int byKind = kind.compareTo(other.kind);
        int byId = byKind != 0 ? byKind : id.compareTo(other.id);
        return byId != 0 ? byId : file.compareTo(other.file);
    }
}
