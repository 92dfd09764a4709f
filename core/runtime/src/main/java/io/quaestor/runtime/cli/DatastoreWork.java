package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Defaults;
import io.quaestor.runtime.metrics.Metrics;
import io.quaestor.runtime.plugin.PlainPlugins;
import io.quaestor.runtime.plugin.PluginHost;
import io.quaestor.spi.datastore.Schema;
import java.util.List;

/// Work on the tables of the datastore that a configuration names, without a proxy.
final class DatastoreWork {

    private DatastoreWork() {}

    /// Something that is done with the tables.
    @FunctionalInterface
    interface Work {
        void on(Schema schema) throws CommandException, InterruptedException;
    }

    static void on(Program program, Work work)
            throws CommandException, ConfigurationException, InterruptedException {
        Configuration configuration = program.configuration();
        try (var plugins = PlainPlugins.open(host(program), configuration)) {
            work.on(plugins.datastore().schema());
        }
    }

    static PluginHost host(Program program) throws ConfigurationException {
        Environment environment = program.environment();
        Defaults defaults = program.loader().defaults();
        return new PluginHost(
                defaults,
                environment.clock(),
                environment.threads(),
                new Metrics(List.of()), // nobody looks at them
                environment.seed());
    }
}
