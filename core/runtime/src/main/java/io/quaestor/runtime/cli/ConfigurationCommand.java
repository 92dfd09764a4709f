package io.quaestor.runtime.cli;

import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.config.Problem;
import io.quaestor.runtime.logging.JsonText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Commands about configurations (OPS 2.4.2).
@Command(description = "Commands about configurations.")
final class ConfigurationCommand implements Callable<Integer> {

    static final String NAME = "configuration";
    static final String VALIDATE = "validate";

    @Spec
    private @Nullable CommandSpec spec;

    static CommandLine commandLine(Program program) {
        return new CommandLine(new ConfigurationCommand()).addSubcommand(VALIDATE, new Validate(program));
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
        return ExitCode.OK;
    }

    /// Says in JSON what is wrong with the configuration on standard input.
    @Command(description = "Validate Praefect configuration. Reads it from standard input.")
    static final class Validate implements Callable<Integer> {

        private final Program program;

        Validate(Program program) {
            this.program = program;
        }

        @Override
        public Integer call() throws Exception {
            var environment = program.environment();
            String text = new String(environment.in().readAllBytes(), StandardCharsets.UTF_8);
            try {
                program.loader().configurations().parse(Path.of("stdin"), text);
                return ExitCode.OK;
            } catch (ConfigurationException wrong) {
                Problem first = wrong.problems().getFirst();
                if (first.key().equals(List.of("config_command"))) {
                    environment.err().print("processing input data: " + first.text());
                    return ExitCode.ERROR;
                }
                environment.out().print(json(wrong.problems()));
                return ExitCode.WRONG_CONFIGURATION;
            }
        }

        private static String json(List<Problem> problems) {
            var out = new StringBuilder("{\n  \"errors\": [");
            String separator = "\n";
            for (Problem problem : problems) {
                out.append(separator).append("    {\n");
                if (!problem.key().isEmpty()) {
                    out.append("      \"key\": [\n        ");
                    out.append(String.join(
                            ",\n        ", problem.key().stream().map(JsonText::of).toList()));
                    out.append("\n      ],\n");
                }
                out.append("      \"message\": ").append(JsonText.of(message(problem))).append("\n    }");
                separator = ",\n";
            }
            return out.append("\n  ]\n}\n").toString();
        }

        private static String message(Problem problem) {
            return problem.stage() == Problem.Stage.READING
                    ? "line " + problem.at().line() + " column " + problem.at().column() + ": " + problem.message()
                    : problem.message();
        }
    }
}
