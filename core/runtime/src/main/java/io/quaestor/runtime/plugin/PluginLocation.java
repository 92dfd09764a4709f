package io.quaestor.runtime.plugin;

import java.nio.file.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/// Under which location a jar is installed. The first content of a file has the file's own, so that a plug-in can find
/// what lies beside it; later contents need others.
final class PluginLocation {

    private PluginLocation() {}

    static String of(Path file, BundleContext context) {
        String own = file.toUri().toString();
        String location = own;
        for (int content = 2; context.getBundle(location) != null; content++) {
            location = own + "#" + content;
        }
        return location;
    }

    /// Where a bundle comes from. Bundles are numbered in the order in which they were installed.
    static Origin origin(Bundle bundle) {
        String location = bundle.getLocation().replaceFirst("#\\d+$", "");
        String file = location.substring(location.lastIndexOf('/') + 1);
        return new Origin(file, bundle.getVersion(), bundle.getBundleId());
    }
}
