package io.quaestor.runtime.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The configuration cannot be used. The message has one line for each problem, in the order of the file.
public final class ConfigurationException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// @param problems what is wrong; not empty
    public ConfigurationException(List<Problem> problems) {
        super(sorted(problems).stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = sorted(problems);
    }

    private static List<Problem> sorted(List<Problem> problems) {
        return problems.stream().sorted(Comparator.comparing(Problem::at)).toList();
    }

    /// What is wrong, in the order of the file.
    public List<Problem> problems() {
        return problems;
    }
}
