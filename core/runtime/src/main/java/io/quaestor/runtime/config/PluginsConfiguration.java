package io.quaestor.runtime.config;

import java.nio.file.Path;
import java.time.Duration;

/// Where plug-ins live. Relative paths start at the installation's own directory.
///
/// @param directory     jars in it are loaded, as long as they are there
/// @param dataDirectory holds a directory for each plug-in that keeps something
/// @param drainTime     how long a plug-in that was replaced may finish what it does before it is closed
public record PluginsConfiguration(Path directory, Path dataDirectory, Duration drainTime) {}
