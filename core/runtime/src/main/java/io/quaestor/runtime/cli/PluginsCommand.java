package io.quaestor.runtime.cli;

import io.quaestor.runtime.plugin.PlainPlugins;
import io.quaestor.runtime.plugin.PluginStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Lists what is in the directory of plug-ins, and what of it the configuration names.
@Command(description = "List the plug-ins, and which of them the configuration uses.")
final class PluginsCommand implements Callable<Integer> {

    private static final List<String> HEADER = List.of("ID", "KIND", "VERSION", "STATE", "FILE");

    private final Program program;

    PluginsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        var configuration = program.configuration();
        var rows = new ArrayList<List<String>>(List.of(HEADER));
        try (var plugins = PlainPlugins.open(DatastoreWork.host(program), configuration)) {
            plugins.list().forEach(status -> rows.add(row(status)));
        }
        var out = program.environment().out();
        Table.lines(rows).forEach(out::println);
        return ExitCode.OK;
    }

    private static List<String> row(PluginStatus status) {
        String state = status.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return List.of(
                status.id().isEmpty() ? "-" : status.id(),
                status.kind().isEmpty() ? "-" : status.kind(),
                status.version().isEmpty() ? "-" : status.version(),
                status.detail().map(detail -> state + ": " + detail).orElse(state),
                status.file());
    }
}
