package io.quaestor.runtime.cli;

import io.quaestor.spi.plugin.Clock;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;

/// What a command has around it.
///
/// @param program how it was called: `praefect` or `quaestor`; stands in its texts
/// @param version of this build
/// @param home    the installation's own directory
/// @param data    where things are kept if the configuration does not say
/// @param clock   the time
/// @param threads makes virtual threads
/// @param seed    for whatever needs chance
/// @param in      standard input
/// @param out     standard output
/// @param err     standard error
public record Environment(
        String program,
        String version,
        Path home,
        Path data,
        Clock clock,
        ThreadFactory threads,
        long seed,
        InputStream in,
        PrintStream out,
        PrintStream err) {

    /// The file with the defaults of the distribution.
    Path defaults() {
        return home.resolve("conf").resolve("defaults.toml");
    }

    /// Whether it was called by Praefect's name, and must say what Praefect says.
    boolean isPraefect() {
        return program.equals("praefect");
    }

    /// The program's name at the beginning of a sentence.
    String title() {
        return Character.toUpperCase(program.charAt(0)) + program.substring(1);
    }
}
