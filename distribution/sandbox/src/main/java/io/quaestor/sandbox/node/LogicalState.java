package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.GitCommand;
import java.io.IOException;
import java.nio.file.Path;

/// What a new repository is, apart from how it lies on the disk: its configuration, references and HEAD. Nodes vote on
/// it when they create one (D19 2.1.5); objects are what the references need.
final class LogicalState {

    private LogicalState() {}

    static ByteString hash(Git git, Repositories repositories, Path repository)
            throws IOException, InterruptedException {
        var config = git.run(GitCommand.of(
                "config", "--list", "--file", repository.resolve("config").toString()));
        var references = git.run(
                Repositories.in(repository, "for-each-ref", "--format=%(refname) %(objectname) %(symref)"));
        var head = "HEAD " + repositories.head(repository).orElse("") + "\n";
        return Voter.hash(config + references + head);
    }
}
