package io.quaestor.it;

/// On which kind of storage nodes the tests run: the sandbox's own, or a real Gitaly.
final class NodeKind {

    private static final String GITALY = System.getProperty("gitaly.bin", "");

    private NodeKind() {}

    /// Further options of the sandbox: none, or the Gitaly that `-Dgitaly.bin=FILE` names.
    static String[] options() {
        return GITALY.isEmpty() ? new String[0] : new String[] {"--gitaly", GITALY};
    }

    /// Whether the nodes that were asked for are there: the Maven profile `interop` wants a Gitaly and nothing else.
    static boolean isThere() {
        var there = !GITALY.isEmpty() || !Boolean.getBoolean("interop");
        if (!there) {
            System.err.println("interop: SKIPPED, no Gitaly was given; say -Dgitaly.bin=FILE");
        }
        return there;
    }
}
