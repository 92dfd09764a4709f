package io.quaestor.catalogue;

/// A request that says too little, or contradicts itself. For the client this is `INVALID_ARGUMENT`.
public record InvalidRequest(Problem problem) implements RpcRequest {

    /// What is wrong, with the text that clients know from Praefect (RT 1.5, 1.8, 1.10).
    public enum Problem {

        /// There is no repository in the message.
        REPOSITORY_NOT_SET("repository not set"),

        /// The repository has neither a storage name nor a relative path.
        REPOSITORY_EMPTY("repository not set"),

        STORAGE_NAME_NOT_SET("storage name not set"),

        REPOSITORY_PATH_NOT_SET("repository path not set"),

        /// The request should name a storage and does not, or the RPC has no field for it.
        STORAGE_NOT_SET("storage scoped: target storage field not found"),

        /// The additional repository is in another storage than the target.
        ADDITIONAL_REPOSITORY_ELSEWHERE(
                "resolving additional repository on different storage than target repository is not supported");

        private final String text;

        Problem(String text) {
            this.text = text;
        }

        /// What the client is told.
        public String text() {
            return text;
        }
    }
}
