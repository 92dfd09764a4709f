package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.cli.ConfigurationSource;
import io.quaestor.runtime.cli.Environment;
import io.quaestor.runtime.cli.ExitCode;
import io.quaestor.runtime.cli.ProxyCallException;
import io.quaestor.runtime.cli.ProxyClient;
import io.quaestor.runtime.cli.Services;
import io.quaestor.runtime.config.Configuration;

/// Puts the proxy together. It does not do so yet, and says so.
public final class Wiring implements Services {

    private static final String NOT_YET = "this build cannot do that yet";
    private static final int UNIMPLEMENTED = 12;

    @Override
    public int serve(Environment environment, Configuration first, ConfigurationSource source) {
        environment.err().println("serve: " + NOT_YET);
        return ExitCode.ERROR;
    }

    @Override
    public ProxyClient dial(Configuration configuration) {
        return new ProxyClient() {
            @Override
            public RepositoryMetadata metadata(RepositoryQuery query) throws ProxyCallException {
                throw new ProxyCallException(UNIMPLEMENTED, NOT_YET);
            }

            @Override
            public void close() {}
        };
    }
}
