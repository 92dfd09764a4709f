package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.Configuration;

/// What the commands need of the rest of the proxy.
public interface Services {

    /// Serves until somebody stops it.
    ///
    /// @param first  the configuration to begin with
    /// @param source gives it anew, for a reload
    /// @return the exit code of the process
    int serve(Environment environment, Configuration first, ConfigurationSource source) throws InterruptedException;

    /// Speaks to a running proxy.
    ///
    /// @param configuration of that proxy: says where it listens, and with which token
    ProxyClient dial(Configuration configuration);
}
