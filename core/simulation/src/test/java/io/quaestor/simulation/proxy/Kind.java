package io.quaestor.simulation.proxy;

/// What clients do, each with one RPC that stands for all of its kind.
public enum Kind {
    READ("gitaly.CommitService/FindCommit"),
    READ_OF_PRIMARY("gitaly.RepositoryService/RepositorySize"),

    /// Answered before anything is said.
    WRITE("gitaly.RefService/DeleteRefs"),

    /// With hooks.
    BRANCH("gitaly.OperationService/UserCreateBranch"),

    /// With hooks, and a stream of the client.
    PUSH("gitaly.SmartHTTPService/PostReceivePack"),

    CREATION("gitaly.RepositoryService/CreateRepository");

    private final String method;

    Kind(String method) {
        this.method = method;
    }

    String method() {
        return method;
    }

    public boolean writes() {
        return this != READ && this != READ_OF_PRIMARY;
    }

    boolean hasHooks() {
        return this == BRANCH || this == PUSH;
    }
}
