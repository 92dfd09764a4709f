package io.quaestor.catalogue;

import java.util.Objects;
import java.util.Optional;

/// One RPC of the protocol: what it does, and where its request names what it does it to.
///
/// @param service       full name, for example `gitaly.CommitService`
/// @param method        name, for example `FindCommit`
/// @param request       full name of the message that the client sends (first)
/// @param streaming     which side streams
/// @param operation     what it does; where releases differ, what it is routed as
/// @param scope         what the request names
/// @param target        the repository it is about; empty unless the scope is a repository
/// @param additional    a second repository, which must be in the same virtual storage; empty for most
/// @param storage       the storage it is about; empty for repositories, and where the protocol declares none
/// @param clearedField  number of a top-level field that nodes must not get; 0 for nearly all
/// @param transactional whether nodes vote on it (RT 4.8)
/// @param creation      whether it makes the repository
/// @param primaryOnly   whether only the primary may answer (RT 2.1)
/// @param interceptedIn releases whose Praefect answers it itself, with elections per repository (RT 1.11, D19 3)
/// @param outsideVotes  what nodes write without a vote
/// @param hooks         whether GitLab's hooks run for it, on the primary only: nodes that did the same may end otherwise, and
///                      all wait for each other before anything is locked
/// @param releases      releases that have it
public record Rpc(
        String service,
        String method,
        String request,
        Streaming streaming,
        Operation operation,
        Scope scope,
        Optional<FieldPath> target,
        Optional<FieldPath> additional,
        Optional<FieldPath> storage,
        int clearedField,
        boolean transactional,
        Creation creation,
        boolean primaryOnly,
        Releases interceptedIn,
        OutsideVotes outsideVotes,
        boolean hooks,
        Releases releases) {

    static final int NO_FIELD = 0;

    /// @throws IllegalArgumentException if the properties contradict each other
    public Rpc {
        require((scope == Scope.NONE) == (operation == Operation.OWN), "own RPCs, and no others, have no scope");
        require((scope == Scope.REPOSITORY) == target.isPresent(), "RPCs about a repository, and no others, have a target");
        require(target.isPresent() || additional.isEmpty(), "there is an additional repository without a target");
        require(scope == Scope.STORAGE || scope == Scope.PARTITION || storage.isEmpty(), "there is a storage out of scope");
        require(operation == Operation.MUTATOR || !transactional, "it is transactional and does not write");
        require(operation == Operation.MUTATOR || creation == Creation.NONE, "it makes a repository and does not write");
        require(operation == Operation.MUTATOR || outsideVotes == OutsideVotes.NOTHING, "it writes and is not a mutator");
        require(transactional || !hooks, "hooks run for it and nodes do not vote");
        require(clearedField >= NO_FIELD, "the cleared field is not a field number");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /// The name that grpc-java knows it by, for example `gitaly.CommitService/FindCommit`. A new string for each call.
    public String fullMethodName() {
        return service.concat("/").concat(method); // the first "+" in a process takes 10 ms to link
    }

    /// Reads what a request is about.
    ///
    /// @see #read(byte[], int, int)
    public RpcRequest read(byte[] message) {
        return read(message, 0, message.length);
    }

    /// Reads what a request is about, from the first message of a call.
    ///
    /// **Threads:** any; made for the event loop. **Blocking:** never; one pass over the top-level fields. Bytes that
    /// mean nothing are an answer, not an exception.
    ///
    /// @param message holds the message, without gRPC's frame header. Is not copied: nobody may change it afterwards.
    /// @param offset  where the message begins
    /// @param length  how many bytes it has
    /// @throws IndexOutOfBoundsException if offset and length do not lie in the array
    /// @throws IllegalStateException     if the proxy answers this RPC itself ([Operation#OWN]): there is nothing to route
    public RpcRequest read(byte[] message, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, message.length);
        if (operation == Operation.OWN) {
            throw new IllegalStateException(fullMethodName() + " is not routed");
        }
        return new RequestReader(this, message, offset, offset + length).read();
    }

    /// Of the name alone: RPCs are keys in tables that are looked up for each call.
    @Override
    public int hashCode() {
        return service.hashCode() * 31 + method.hashCode();
    }

    /// The full method name.
    @Override
    public String toString() {
        return fullMethodName();
    }
}
