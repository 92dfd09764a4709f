package io.quaestor.it;

/// On which kind of storage nodes the tests run: the sandbox's own, or a real Gitaly.
final class NodeKind {

    private NodeKind() {}

    /// Further options of the sandbox: none, or the Gitaly that `-Dgitaly.bin=FILE` names.
    static String[] options() {
        var gitaly = System.getProperty("gitaly.bin", "");
        return gitaly.isEmpty() ? new String[0] : new String[] {"--gitaly", gitaly};
    }
}
