package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Position;
import io.quaestor.runtime.config.Problem;
import io.quaestor.transport.client.NodeAddress;
import java.util.ArrayList;
import java.util.List;

/// Addresses that are right in a configuration, but that this release can neither listen at nor call.
final class Addresses {

    private Addresses() {}

    /// Refuses them before anything is started.
    ///
    /// @throws ConfigurationException with a line for each of them
    static void check(Configuration configuration) throws ConfigurationException {
        var problems = new ArrayList<Problem>();
        if (configuration.listeners().hasTls()) {
            problems.add(problem(configuration, "tls_listen_addr", "TLS is not supported yet"));
        }
        for (var storage : configuration.virtualStorages()) {
            for (var node : storage.nodes()) {
                try {
                    NodeAddress.parse(node.address());
                } catch (IllegalArgumentException e) {
                    var place = "virtual storage \"" + storage.name().name() + "\": node \"" + node.storage() + "\"";
                    problems.add(problem(configuration, place, String.valueOf(e.getMessage())));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private static Problem problem(Configuration configuration, String place, String message) {
        var at = Position.of(configuration.file().toString());
        return new Problem(Problem.Stage.VALIDATING, at, List.of(), message, place + ": " + message);
    }
}
