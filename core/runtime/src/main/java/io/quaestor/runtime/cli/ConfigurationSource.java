package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Defaults;

/// Where the configuration comes from.
public interface ConfigurationSource {

    /// What is used where the configuration names nothing; the same as long as the process runs.
    Defaults defaults();

    /// Reads it anew. May run a program and wait for it.
    ///
    /// @throws ConfigurationException with everything that is wrong
    Configuration load() throws ConfigurationException, InterruptedException;
}
