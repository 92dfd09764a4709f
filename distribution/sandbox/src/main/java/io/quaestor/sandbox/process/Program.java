package io.quaestor.sandbox.process;

/// How people start this program.
public final class Program {

    private Program() {}

    /// What is typed to start it: scripts that start it say so by the variable `SANDBOX_COMMAND`.
    public static String typed() {
        var told = System.getenv("SANDBOX_COMMAND");
        return told == null || told.isBlank() ? "sandbox" : told;
    }
}
