package io.quaestor.runtime.plugin;

import org.osgi.framework.Version;

/// Where a strategy comes from.
///
/// @param file    name of the jar
/// @param version of the bundle
/// @param number  counts what was installed: a later content of the same file has a higher one
record Origin(String file, Version version, long number) {

    @Override
    public String toString() {
        return file + " " + version;
    }
}
