package io.quaestor.runtime.cli;

import io.quaestor.runtime.cli.ProxyClient.Replica;
import io.quaestor.runtime.cli.ProxyClient.RepositoryMetadata;
import io.quaestor.runtime.cli.ProxyClient.RepositoryQuery;
import io.quaestor.runtime.go.GoText;
import io.quaestor.runtime.go.GoTime;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what a running proxy knows of a repository (OPS 2.4.13).
@Command(description = "Show what a running proxy knows of a repository: by its id, or by virtual storage and path.")
final class MetadataCommand implements Callable<Integer> {

    @Option(
            names = {"-repository-id", "--repository-id"},
            paramLabel = "ID",
            description = "The number of the repository.")
    private long id;

    @Option(
            names = {"-virtual-storage", "--virtual-storage"},
            paramLabel = "NAME",
            description = "The virtual storage.")
    private String virtualStorage = "";

    @Option(
            names = {"-relative-path", "--relative-path"},
            paramLabel = "PATH",
            description = "The path of the repository in it.")
    private String relativePath = "";

    private final Program program;

    MetadataCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        var configuration = program.configuration();
        RepositoryQuery query = query();
        try (ProxyClient client = program.services().dial(configuration)) {
            print(client.metadata(query), program.environment().out());
        } catch (ProxyCallException failure) {
            throw new CommandException("get metadata: " + failure.getMessage());
        }
        return ExitCode.OK;
    }

    private RepositoryQuery query() throws CommandException {
        boolean hasStorage = !virtualStorage.isEmpty();
        boolean hasPath = !relativePath.isEmpty();
        if (id != 0) { // none counts as not given
            if (hasStorage || hasPath) {
                throw new CommandException(
                        "virtual storage and relative path can't be provided with a repository ID");
            }
            return new RepositoryQuery.ById(id);
        }
        if (!hasStorage && !hasPath) {
            throw new CommandException("repository ID or virtual storage and relative path required");
        }
        if (!hasStorage) {
            throw new CommandException("virtual storage is required with relative path");
        }
        if (!hasPath) {
            throw new CommandException("relative path is required with virtual storage");
        }
        return new RepositoryQuery.ByPath(virtualStorage, relativePath);
    }

    private static void print(RepositoryMetadata metadata, PrintStream out) {
        out.println("Repository ID: " + metadata.id());
        out.println("Virtual Storage: " + GoText.quote(metadata.virtualStorage()));
        out.println("Relative Path: " + GoText.quote(metadata.relativePath()));
        out.println("Replica Path: " + GoText.quote(metadata.replicaPath()));
        out.println("Primary: " + GoText.quote(metadata.primary()));
        out.println("Generation: " + metadata.generation());
        metadata.suspectSince().ifPresent(at -> out.println("Suspect since: " + GoTime.utc(at)));
        out.println("Replicas:");
        for (Replica replica : metadata.replicas()) {
            out.println("- Storage: " + GoText.quote(replica.storage()));
            out.println("  Assigned: " + replica.assigned());
            out.println("  Generation: " + generation(replica, metadata.generation()));
            out.println("  Healthy: " + replica.healthy());
            out.println("  Valid Primary: " + replica.validPrimary());
            out.println("  Verified At: " + replica.verifiedAt().map(GoTime::utc).orElse("unverified"));
        }
    }

    private static String generation(Replica replica, long newest) {
        if (replica.generation() < 0) {
            return "replica not yet created";
        }
        return replica.generation() < newest
                ? replica.generation() + ", behind by " + (newest - replica.generation()) + " changes"
                : replica.generation() + ", fully up to date";
    }
}
