package io.quaestor.runtime.plugin;

import org.osgi.framework.Version;

/// Under which location a jar is installed: each content of a file under another one.
///
/// @param file   name of the jar
/// @param number of the installation; 0 for a bundle that somebody else installed
record PluginLocation(String file, long number) {

    private static final String SCHEME = "plugin:";

    static PluginLocation parse(String location) {
        int hash = location.lastIndexOf('#');
        return location.startsWith(SCHEME) && hash > 0
                ? new PluginLocation(
                        location.substring(SCHEME.length(), hash), Long.parseLong(location.substring(hash + 1)))
                : new PluginLocation(location, 0);
    }

    Origin origin(Version version, long bundle) {
        return new Origin(file, version, number == 0 ? -bundle : number);
    }

    @Override
    public String toString() {
        return SCHEME + file + "#" + number;
    }
}
