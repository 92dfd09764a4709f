package io.quaestor.coordinator;

import io.quaestor.catalogue.InvalidRequest;
import io.quaestor.catalogue.InvalidRequest.Problem;
import io.quaestor.catalogue.MalformedRequest;
import io.quaestor.catalogue.Rpc;
import io.quaestor.routing.Refusal;
import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.DatastoreRefusedException;
import io.quaestor.spi.datastore.DatastoreUnavailableException;
import io.quaestor.spi.datastore.RepositoryExistsException;
import io.quaestor.spi.datastore.RepositoryNotFoundException;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.replication.NodeCallException;

/// The one place that says what a client is told when the proxy cannot serve it (P7). Texts are Praefect's; what is only
/// so for now is UNAVAILABLE, so that clients try again.
public final class Failures {

    private Failures() {}

    /// Nobody knows the method. Praefect says INTERNAL with the same text (RT 1.4).
    public static Failure unknownMethod(String fullMethodName) {
        return new Failure(StatusCode.UNIMPLEMENTED, "full method name not found: /" + fullMethodName);
    }

    /// A client that streams where the method does not; the code is that of gRPC's libraries.
    public static Failure tooManyMessages(Rpc rpc) {
        return new Failure(StatusCode.INTERNAL, rpc.fullMethodName() + " takes one message, the client has sent more");
    }

    /// The method is known, and not served yet.
    static Failure notServed(Rpc rpc) {
        return new Failure(
                StatusCode.UNIMPLEMENTED, rpc.fullMethodName() + " is not answered by this release of the proxy");
    }

    /// What is about a whole storage has to be about one node of it.
    static Failure notForAVirtualStorage(Rpc rpc) {
        return new Failure(StatusCode.UNIMPLEMENTED, rpc.fullMethodName() + " cannot be routed to a virtual storage");
    }

    /// No node has such a path, and no datastore takes it.
    static final Failure PATH_WITH_NUL =
            new Failure(StatusCode.INVALID_ARGUMENT, "repository path contains a NUL byte");

    /// No write to it could be recorded.
    static final Failure PATH_TOO_LONG = new Failure(
            StatusCode.INVALID_ARGUMENT,
            "repository path is longer than " + NotifiedPath.MOST_BYTES_OF_ONE + " bytes, escaped as in JSON");

    /// There is nothing to remove.
    static final Failure NOTHING_TO_REMOVE = new Failure(StatusCode.NOT_FOUND, "repository does not exist");

    /// Others may take this proxy for dead by now.
    static final Failure LEASE_OVER = new Failure(StatusCode.UNAVAILABLE, ProxyLease.OVER);

    /// @param prefix what was being done
    static Failure stopping(String prefix) {
        return new Failure(StatusCode.UNAVAILABLE, prefix + "the proxy is stopping");
    }

    /// Something that must not happen, as Praefect says it (RT 1.3).
    public static Failure defect(Throwable defect) {
        return new Failure(StatusCode.INTERNAL, "panic: " + defect);
    }

    /// There is no way for the call.
    ///
    /// @param prefix what was being done, as Praefect says it; left out where Praefect leaves it out
    static Failure of(Refusal refusal, String prefix) {
        return switch (refusal) {
            case STORAGE_UNKNOWN -> new Failure(StatusCode.INVALID_ARGUMENT, refusal.text());
            case VIRTUAL_STORAGE_UNKNOWN -> new Failure(StatusCode.INVALID_ARGUMENT, refusal.text());
            case REPOSITORY_UNKNOWN -> new Failure(StatusCode.NOT_FOUND, refusal.text());
            case ADDITIONAL_REPOSITORY_UNKNOWN -> new Failure(StatusCode.NOT_FOUND, prefix + refusal.text());
            case REPOSITORY_EXISTS -> new Failure(StatusCode.ALREADY_EXISTS, prefix + refusal.text());
            case READ_ONLY -> new Failure(
                    StatusCode.FAILED_PRECONDITION, (prefix.equals(WriteLead.PREFIX) ? "" : prefix) + refusal.text());
            case PRIMARY_NOT_ASSIGNED -> new Failure(StatusCode.INTERNAL, prefix + refusal.text());
            case NO_UP_TO_DATE_REPLICA, NO_HEALTHY_NODES, NO_SUITABLE_NODE, PRIMARY_NOT_HEALTHY, NO_PRIMARY ->
                new Failure(StatusCode.UNAVAILABLE, prefix + refusal.text());
        };
    }

    /// A store could not do what it was asked to. No `default`: a new kind of failure does not compile until somebody
    /// decides what the client is told.
    ///
    /// @param prefix what was being done, as Praefect says it
    public static Failure of(DatastoreException failure, String prefix) {
        return switch (failure) {
            case RepositoryNotFoundException _ -> new Failure(StatusCode.NOT_FOUND, "repository not found");
            case RepositoryExistsException _ -> of(Refusal.REPOSITORY_EXISTS, prefix);
            case DatastoreRefusedException e -> new Failure(StatusCode.INTERNAL, prefix + e.getMessage());
            case DatastoreUnavailableException e -> new Failure(StatusCode.UNAVAILABLE, prefix + e.getMessage());
        };
    }

    /// A request that no repository can be read from. Two RPCs that the proxy answers itself say it in words of their own
    /// (RT 1.11).
    static Failure of(InvalidRequest request, Rpc rpc) {
        var problem = request.problem();
        return switch (rpc.method()) {
            case "GetObjectPool" -> new Failure(StatusCode.INVALID_ARGUMENT, Problem.REPOSITORY_NOT_SET.text());
            case "DeleteObjectPool" ->
                switch (problem) {
                    case REPOSITORY_NOT_SET -> new Failure(StatusCode.INVALID_ARGUMENT, "no object pool repository");
                    case REPOSITORY_EMPTY, REPOSITORY_PATH_NOT_SET -> notAPool();
                    case STORAGE_NAME_NOT_SET, STORAGE_NOT_SET, ADDITIONAL_REPOSITORY_ELSEWHERE ->
                        new Failure(StatusCode.INVALID_ARGUMENT, problem.text());
                };
            default -> new Failure(StatusCode.INVALID_ARGUMENT, problem.text());
        };
    }

    /// What should be removed as an object pool has not the path of one.
    static Failure notAPool() {
        return new Failure(StatusCode.INVALID_ARGUMENT, "invalid object pool directory");
    }

    /// A node that the proxy asked by itself did not answer as it should. The time limit was the proxy's: over the
    /// client's the transport decides.
    static Failure of(NodeCallException failure) {
        var code = StatusCode.of(failure.code());
        return new Failure(code == StatusCode.DEADLINE_EXCEEDED ? StatusCode.UNAVAILABLE : code, failure.text());
    }

    /// A message that is not what its method takes. Begins as Go's protobuf says it (RT 1.4).
    static Failure of(MalformedRequest request) {
        return new Failure(
                StatusCode.INTERNAL, "proto: cannot parse invalid wire-format data: " + request.reason());
    }

    /// A creation was not recorded, and its files were removed; trying again helps.
    static final Failure CREATION_ABANDONED = new Failure(
            StatusCode.UNAVAILABLE, "create repository: the proxy was taken for dead, and the repository was removed");

    /// Another creation of the same name is under way; whether there will be a repository to write to is not known yet.
    static final Failure BEING_CREATED =
            new Failure(StatusCode.UNAVAILABLE, "route repository creation: the repository is being created");

    /// A write reached its primary, and then could not be recorded.
    static Failure of(WriteResult result, WriteRecord record) {
        return switch (result) {
            case WriteResult.Recorded _ -> throw new IllegalArgumentException("a recorded write is no failure");
            case WriteResult.Outdated _ -> // others wrote meanwhile, and theirs stays: trying again helps
                new Failure(StatusCode.UNAVAILABLE, "increment generation: write to outdated nodes");
            case WriteResult.Missing _ ->
                switch (record) {
                    case WriteRecord.Update _ ->
                        new Failure(StatusCode.NOT_FOUND, "increment generation: repository not found");
                    case WriteRecord.Creation _ -> CREATION_ABANDONED;
                };
            case WriteResult.Exists _ -> new Failure(StatusCode.ALREADY_EXISTS, "repository already exists");
            case WriteResult.Settled _ -> // it may be there: whoever tries again finds out
                new Failure(
                        StatusCode.UNAVAILABLE,
                        "increment generation: the proxy was taken for dead, and whether the write is there is not known");
        };
    }
}
