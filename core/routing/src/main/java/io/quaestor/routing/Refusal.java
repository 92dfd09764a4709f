package io.quaestor.routing;

/// Why there is no way for an RPC. The texts are Praefect's (RT 1.5 to 1.10).
public enum Refusal {
    /// The virtual storage of a repository is not configured.
    STORAGE_UNKNOWN("storage name not found"),

    /// The virtual storage of a storage-scoped RPC is not configured.
    VIRTUAL_STORAGE_UNKNOWN("virtual storage does not exist"),

    REPOSITORY_UNKNOWN("repository not found"),

    ADDITIONAL_REPOSITORY_UNKNOWN("additional repository not found"),

    REPOSITORY_EXISTS("reserve repository id: repository already exists"),

    /// The repository is known, and nobody has what it should be. Praefect calls it "not found" too, which clients take
    /// for deletion (RT 11.7).
    NO_UP_TO_DATE_REPLICA("no up-to-date replica of the repository is left"),

    NO_HEALTHY_NODES("no healthy nodes"),

    NO_SUITABLE_NODE("no suitable node to serve the request"),

    PRIMARY_NOT_HEALTHY("primary gitaly is not healthy"),

    NO_PRIMARY("get primary: no primary"),

    PRIMARY_NOT_ASSIGNED("primary node is not assigned"),

    READ_ONLY("repository is in read-only mode");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /// What the client is told.
    public String text() {
        return text;
    }
}
